// Speaks Rasa's socket protocol with the client named first: node speak.cjs socket.io-client-4 http://host:port demo hello
const [, , client, server, key, text] = process.argv;
const { io } = require(client);

const socket = io(server, { path: "/webhooks/web/socket.io", auth: { key }, reconnection: false });
const end = (code, said) => {
  console.log(JSON.stringify(said));
  socket.close();
  process.exit(code);
};
let session = "";
socket.on("connect", () => socket.emit("session_request", { session_id: null }));
socket.on("session_confirm", (id) => {
  session = id;
  socket.emit("user_uttered", { message: text, session_id: id });
});
socket.on("bot_uttered", (uttered) => end(0, { session, uttered }));
socket.on("connect_error", (error) => end(1, { refused: error.message }));
setTimeout(() => end(2, { late: true }), 30_000);
