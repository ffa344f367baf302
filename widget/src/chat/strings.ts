import type { Language } from "../languages";
import type { Trouble } from "./files";
import type { Reason } from "./ratings";
import type { Field } from "./visitor";

export interface Strings {
  subtitle: string;
  close: string;
  language: string;
  log: string;
  greeting: string;
  examples: string;
  placeholder: string;
  message: string;
  send: string;
  hint: string;
  tooLong: (length: number, most: number) => string;
  left: (count: number) => string;
  you: string;
  typing: string;
  sending: string;
  failed: string;
  retry: string;
  connecting: string;
  reconnecting: string;
  offline: string;
  refused: string;
  tryNow: string;
  sources: (count: number) => string;
  page: (number: number) => string;
  openSource: string;
  source: (number: number, title: string) => string;
  picture: string;
  latest: string;
  suggestions: string;
  newWindow: string;
  attach: string;
  files: string;
  file: string;
  ownPicture: string;
  remove: (name: string) => string;
  uploading: (name: string, percent: number) => string;
  trouble: Record<Trouble, string>;
  drop: string;
  stop: string;
  stopped: string;
  helped: string;
  helpful: string;
  unhelpful: string;
  why: string;
  reasons: Record<Reason, string>;
  tellMore: string;
  sendRating: string;
  thanks: string;
  before: string;
  fields: Record<Field, string>;
  optional: string;
  start: string;
  expired: string;
  challenge: string;
  prove: string;
}

export const NAMES: Record<Language, string> = { en: "English", hi: "हिन्दी", hinglish: "Hinglish" };

export const STRINGS: Record<Language, Strings> = {
  en: {
    subtitle: "Answers with their sources",
    close: "Close chat",
    language: "Language",
    log: "Conversation",
    greeting: "Hello! How can we help?",
    examples: "People often ask",
    placeholder: "Write your question…",
    message: "Your message",
    send: "Send",
    hint: "Enter sends, Shift + Enter starts a new line",
    tooLong: (length, most) => `${length} of ${most} characters. Please shorten it a little.`,
    left: (count) => `${count} left`,
    you: "You",
    typing: "Writing an answer",
    sending: "Sending…",
    failed: "Not sent",
    retry: "Try again",
    connecting: "Connecting…",
    reconnecting: "Connection lost. Reconnecting…",
    offline: "You are offline. Your messages go out when the internet is back.",
    refused: "The chat isn't available on this page.",
    tryNow: "Try now",
    sources: (count) => (count === 1 ? "Source" : `${count} sources`),
    page: (number) => `page ${number}`,
    openSource: "Open the document",
    source: (number, title) => `Source ${number}: ${title}`,
    picture: "Picture from the assistant",
    latest: "Latest messages",
    suggestions: "Suggested replies",
    newWindow: "opens in a new tab",
    attach: "Attach a picture or a file",
    files: "Files to send",
    file: "File",
    ownPicture: "Picture you sent",
    remove: (name) => `Remove ${name}`,
    uploading: (name, percent) => `Uploading ${name}: ${percent}%`,
    trouble: {
      size: "Larger than 10 MB",
      type: "Only pictures, PDF and text files",
      network: "Didn't get through. Remove it and try again",
    },
    drop: "Drop the file to attach it",
    stop: "Stop answering",
    stopped: "Stopped",
    helped: "Did this help?",
    helpful: "This helped",
    unhelpful: "This didn't help",
    why: "What was wrong?",
    reasons: { wrong: "It's wrong", incomplete: "Something is missing", unclear: "Hard to follow", off_topic: "Not my question" },
    tellMore: "Tell us more (optional)",
    sendRating: "Send",
    thanks: "Thank you!",
    before: "Before we start",
    fields: { person: "Your name", phone: "Mobile number", email: "E-mail" },
    optional: "optional",
    start: "Start the chat",
    expired: "Your sign-in has run out. Please reload the page.",
    challenge: "Please confirm that you are a person. Then your message goes out.",
    prove: "Confirm",
  },
  hi: {
    subtitle: "स्रोत के साथ जवाब",
    close: "चैट बंद करें",
    language: "भाषा",
    log: "बातचीत",
    greeting: "नमस्ते! हम आपकी क्या मदद करें?",
    examples: "लोग अक्सर पूछते हैं",
    placeholder: "अपना सवाल लिखिए…",
    message: "आपका संदेश",
    send: "भेजें",
    hint: "Enter से भेजें, Shift + Enter से नई पंक्ति",
    tooLong: (length, most) => `${most} में से ${length} अक्षर। कृपया थोड़ा छोटा करें।`,
    left: (count) => `${count} अक्षर बाकी`,
    you: "आप",
    typing: "जवाब लिखा जा रहा है",
    sending: "भेजा जा रहा है…",
    failed: "नहीं भेजा गया",
    retry: "फिर भेजें",
    connecting: "जुड़ रहा है…",
    reconnecting: "संपर्क टूट गया। फिर से जुड़ रहा है…",
    offline: "आप ऑफ़लाइन हैं। इंटरनेट आते ही आपके संदेश चले जाएँगे।",
    refused: "इस पेज पर चैट उपलब्ध नहीं है।",
    tryNow: "अभी जोड़ें",
    sources: (count) => (count === 1 ? "स्रोत" : `${count} स्रोत`),
    page: (number) => `पेज ${number}`,
    openSource: "पूरा लेख खोलें",
    source: (number, title) => `स्रोत ${number}: ${title}`,
    picture: "सहायक का भेजा चित्र",
    latest: "नए संदेश",
    suggestions: "सुझाए गए जवाब",
    newWindow: "नए टैब में खुलेगा",
    attach: "चित्र या फ़ाइल जोड़ें",
    files: "भेजने की फ़ाइलें",
    file: "फ़ाइल",
    ownPicture: "आपका भेजा चित्र",
    remove: (name) => `${name} हटाएँ`,
    uploading: (name, percent) => `${name} भेजी जा रही है: ${percent}%`,
    trouble: {
      size: "10 MB से बड़ी है",
      type: "केवल चित्र, PDF और टेक्स्ट फ़ाइलें",
      network: "नहीं पहुँची। हटाकर फिर से जोड़ें",
    },
    drop: "जोड़ने के लिए फ़ाइल यहाँ छोड़ें",
    stop: "जवाब रोकें",
    stopped: "रोका गया",
    helped: "क्या इससे मदद मिली?",
    helpful: "मदद मिली",
    unhelpful: "मदद नहीं मिली",
    why: "क्या कमी रही?",
    reasons: { wrong: "जवाब गलत है", incomplete: "कुछ छूट गया", unclear: "समझ नहीं आया", off_topic: "मेरा सवाल यह नहीं था" },
    tellMore: "और बताइए (ज़रूरी नहीं)",
    sendRating: "भेजें",
    thanks: "धन्यवाद!",
    before: "शुरू करने से पहले",
    fields: { person: "आपका नाम", phone: "मोबाइल नंबर", email: "ई-मेल" },
    optional: "ज़रूरी नहीं",
    start: "चैट शुरू करें",
    expired: "आपका लॉगिन समाप्त हो गया। कृपया पेज फिर से खोलिए।",
    challenge: "कृपया पुष्टि कीजिए कि आप इंसान हैं। फिर आपका संदेश भेज दिया जाएगा।",
    prove: "पुष्टि करें",
  },
  hinglish: {
    subtitle: "Source ke saath jawab",
    close: "Chat band karein",
    language: "Bhasha",
    log: "Baatcheet",
    greeting: "Namaste! Hum aapki kya madad karein?",
    examples: "Log aksar poochhte hain",
    placeholder: "Apna sawaal likhiye…",
    message: "Aapka message",
    send: "Bhejein",
    hint: "Enter se bhejein, Shift + Enter se nayi line",
    tooLong: (length, most) => `${most} mein se ${length} characters. Thoda chhota kar dijiye.`,
    left: (count) => `${count} characters baaki`,
    you: "Aap",
    typing: "Jawab likha ja raha hai",
    sending: "Bhej rahe hain…",
    failed: "Nahi gaya",
    retry: "Phir bhejein",
    connecting: "Connect ho raha hai…",
    reconnecting: "Connection toot gaya. Phir se jud raha hai…",
    offline: "Aap offline hain. Internet aate hi aapke message chale jayenge.",
    refused: "Is page par chat available nahi hai.",
    tryNow: "Abhi jodein",
    sources: (count) => (count === 1 ? "Source" : `${count} sources`),
    page: (number) => `page ${number}`,
    openSource: "Poora article kholein",
    source: (number, title) => `Source ${number}: ${title}`,
    picture: "Assistant ki bheji hui tasveer",
    latest: "Naye message",
    suggestions: "Sujhaaye gaye jawab",
    newWindow: "naye tab mein khulega",
    attach: "Photo ya file jodein",
    files: "Bhejne wali files",
    file: "Ek file",
    ownPicture: "Aapki bheji hui photo",
    remove: (name) => `${name} hatayein`,
    uploading: (name, percent) => `${name} bhej rahe hain: ${percent}%`,
    trouble: {
      size: "10 MB se badi hai",
      type: "Sirf photo, PDF aur text files",
      network: "Nahi pahunchi. Hatakar phir se jodiye",
    },
    drop: "Jodne ke liye file yahan chhodein",
    stop: "Jawab rokein",
    stopped: "Roka gaya",
    helped: "Kya isse madad mili?",
    helpful: "Madad mili",
    unhelpful: "Madad nahi mili",
    why: "Kya kami rahi?",
    reasons: { wrong: "Jawab galat hai", incomplete: "Kuch chhoot gaya", unclear: "Samajh nahi aaya", off_topic: "Mera sawaal yeh nahi tha" },
    tellMore: "Aur bataiye (zaroori nahi)",
    sendRating: "Bhejein",
    thanks: "Dhanyavaad!",
    before: "Shuru karne se pehle",
    fields: { person: "Aapka naam", phone: "Mobile number", email: "E-mail" },
    optional: "zaroori nahi",
    start: "Chat shuru karein",
    expired: "Aapka login khatam ho gaya. Page phir se kholiye.",
    challenge: "Please confirm kijiye ki aap insaan hain. Phir aapka message jayega.",
    prove: "Confirm karein",
  },
};
