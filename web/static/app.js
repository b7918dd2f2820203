// Keys, marking of rows, hover cards, theme without reload, dragging over years.
// Everything here only makes quicker what links and forms do without it.

const KEYS_OFF = () => document.documentElement.dataset.keys === "off";
const typing = (node) => node.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-rows] [data-row], [data-row].item")].filter((row) => row.checkVisibility?.() ?? row.offsetParent);
const rowOf = (node) => node?.closest?.("[data-row]");

function focusRow(row) {
  const target = row.querySelector("[data-open]") ?? row.querySelector("a, button, summary, input");
  if (!target) return;
  target.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const now = all.indexOf(rowOf(document.activeElement));
  focusRow(all[now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + by, 0), all.length - 1)]);
}

// A key belongs to the row in focus first, then to the page.
function press(key) {
  const find = (node) => [...(node?.querySelectorAll(`[data-key="${CSS.escape(key)}"]`) ?? [])][0];
  const target = find(rowOf(document.activeElement)) ?? (isRowKey(key) ? null : find(document));
  if (!target) return false;
  target.click();
  if (target.tagName === "SUMMARY") target.parentElement.querySelector("input:not([type=hidden]), select")?.focus();
  if (target.hash && target.pathname === location.pathname) document.querySelector(target.hash)?.focus();
  return true;
}
const isRowKey = (key) => "cxeun123456789".includes(key);

function mark() {
  const box = rowOf(document.activeElement)?.querySelector("input[type=checkbox]");
  if (!box) return false;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

async function showKeys() {
  const page = await fetch("/keys");
  if (!page.ok) return void location.assign("/keys");
  const sheet = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("main .sheet");
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.append(sheet);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") (hideCard(), closeMenus());
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || KEYS_OFF()) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const act = {
    "/": () => (document.getElementById("q")?.select(), document.getElementById("q")?.focus(), true),
    j: () => (step(1), true),
    k: () => (step(-1), true),
    "?": () => (showKeys(), true),
    " ": () => !event.target.closest("a[href]:not([data-open]), button, summary, input") && mark(),
  }[event.key];
  if (act ? act() : event.key.length === 1 && press(event.key)) event.preventDefault();
});

// ---- after an exchange the focus is in the row where it was, or in the one that took its place ----
let place = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (refused(event)) return;
  const row = rowOf(document.activeElement);
  place = row && { id: row.id, at: rows().indexOf(row) };
});
document.addEventListener("htmx:afterSettle", () => {
  if (place && document.activeElement === document.body) {
    const all = rows();
    const row = (place.id && document.getElementById(place.id)) || all[Math.min(place.at, all.length - 1)];
    if (row) focusRow(row);
  }
  place = null;
});

// ---- what is refused is said beside its form, which stays as it was typed ----
function refused(event) {
  const { xhr, elt } = event.detail;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector(".error-page");
  if (!page) return false;
  event.detail.shouldSwap = false;
  const said = document.createElement("p");
  said.className = "error refused";
  said.setAttribute("role", "alert");
  said.textContent = [page.querySelector("h1"), page.querySelector(".what")].filter(Boolean).map((part) => part.textContent).join(" ");
  const form = elt.closest("form") ?? document.getElementById("main");
  form.parentElement.querySelectorAll(":scope > .refused").forEach((before) => before.remove());
  form.after(said);
  return true;
}

// ---- an archive that does not answer is said, where the browser would say it of a whole page ----
document.addEventListener("htmx:sendError", () => {
  const main = document.getElementById("main");
  const said = document.createElement("p");
  said.className = "times";
  said.setAttribute("role", "alert");
  said.textContent = main.dataset.silent;
  main.prepend(said);
});

// ---- a name cut in its middle is two boxes; between them no line ends ----
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (typing(event.target.closest ? event.target : document.body) || !selection.rangeCount) return;
  let text = selection.toString();
  for (const cut of document.querySelectorAll(".cut")) {
    if (!selection.containsNode(cut, true)) continue;
    const [head, tail] = [cut.firstElementChild.textContent.slice(-8), cut.lastElementChild.textContent];
    text = text.replace(`${head}\n${tail}`, head + tail);
  }
  event.clipboardData.setData("text/plain", text);
  event.preventDefault();
});

// ---- hover cards: quick, still, gone with Escape, and one may move onto them ----
const cards = new Map();
let card = null;
let timer = 0;

function hideCard() {
  clearTimeout(timer);
  card?.remove();
  card = null;
}

async function showCard(link) {
  const address = link.dataset.card;
  if (!cards.has(address)) {
    const answer = await fetch(address, { headers: { "X-Requested-With": "card" } });
    cards.set(address, answer.ok ? await answer.text() : "");
  }
  if (!cards.get(address) || !(link.matches(":hover") || link === document.activeElement)) return;
  hideCard();
  card = document.createElement("div");
  card.className = "card";
  card.setAttribute("role", "tooltip");
  card.append(...new DOMParser().parseFromString(cards.get(address), "text/html").body.childNodes);
  document.getElementById("main").append(card);
  const at = link.getBoundingClientRect();
  const below = at.bottom + card.offsetHeight + 8 < innerHeight;
  card.style.left = `${Math.max(4, Math.min(at.left, innerWidth - card.offsetWidth - 8))}px`;
  card.style.top = `${below ? at.bottom + 4 : at.top - card.offsetHeight - 4}px`;
}

function soon(event) {
  const link = event.target.closest?.("[data-card]");
  if (!link) return;
  clearTimeout(timer);
  timer = setTimeout(() => showCard(link), event.type === "focusin" ? 700 : 300);
}
function leave(event) {
  clearTimeout(timer);
  if (card && !event.relatedTarget?.closest?.(".card, [data-card]")) timer = setTimeout(hideCard, 150);
}
document.addEventListener("mouseover", (event) => (event.target.closest?.(".card") ? clearTimeout(timer) : soon(event)));
document.addEventListener("mouseout", leave);
document.addEventListener("focusin", soon);
document.addEventListener("focusout", leave);

function closeMenus(but) {
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(but)) menu.open = false;
}
document.addEventListener("click", (event) => closeMenus(event.target));

// ---- theme: at once, and told to the server so that the next page has it ----
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.querySelector('[data-prefer="theme"]')) return;
  event.preventDefault();
  const field = form.elements.theme;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  if (!document.documentElement.dataset.theme && dark && field.value === "dark") field.value = "light";
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (field.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = field.value;
  if (field.value !== "system") field.value = field.value === "dark" ? "light" : "dark";
});

// ---- dragging over the years fills the form below them and sends it ----
let from = null;
const yearAt = (svg, x) => {
  const bars = [...svg.querySelectorAll("[data-year]")];
  const box = svg.getBoundingClientRect();
  return bars[Math.min(bars.length - 1, Math.max(0, Math.floor(((x - box.left) / box.width) * bars.length)))].dataset.year;
};
document.addEventListener("pointerdown", (event) => {
  const svg = event.target.closest?.("[data-years]");
  if (svg) from = { svg, year: yearAt(svg, event.clientX) };
});
document.addEventListener("pointermove", (event) => {
  if (!from) return;
  const span = [from.year, yearAt(from.svg, event.clientX)].sort();
  for (const bar of from.svg.querySelectorAll("[data-year]")) {
    bar.classList.toggle("chosen", bar.dataset.year >= span[0] && bar.dataset.year <= span[1]);
  }
});
document.addEventListener("pointerup", (event) => {
  if (!from) return;
  const span = [from.year, yearAt(from.svg, event.clientX)].sort();
  const form = from.svg.parentElement.querySelector("[data-range]");
  from = null;
  [form.elements.from.value, form.elements.to.value] = span;
  form.requestSubmit();
});
