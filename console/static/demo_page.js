// Anything with data-ask, and the form at the top, asks the widget: as a host page's own code would.
const ask = async (text) => {
  await customElements.whenDefined("sahayak-chat");
  const chat = document.querySelector("sahayak-chat");
  if (chat && text.trim()) chat.ask(text.trim());
};

document.addEventListener("click", (event) => {
  const asked = event.target instanceof Element && event.target.closest("[data-ask]");
  if (asked) ask(asked.dataset.ask);
});

document.getElementById("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.getElementById("question");
  ask(field.value || field.placeholder);
  field.value = "";
});
