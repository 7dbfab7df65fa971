// Three small comforts. Every page works without them.

// A page that says "being checked" asks for itself again, and changes only if something changed.
// <section id="progress" data-refresh-seconds="3">: the new page's element with the same id takes its place, and if that
// has no data-refresh-seconds any more, the asking ends. If the address now leads elsewhere, we go there.
function refresh(element) {
  const seconds = Number(element.dataset.refreshSeconds);
  if (!element.id || !(seconds > 0)) return;
  window.setTimeout(async () => {
    if (!element.isConnected) return;
    if (document.hidden) return refresh(element);
    let page;
    try {
      const answer = await fetch(window.location.href, { credentials: "same-origin", cache: "no-store" });
      if (answer.redirected) return window.location.assign(answer.url);
      if (!answer.ok) return refresh(element);
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return refresh(element); // no connection just now: ask again
    }
    const fresh = page.getElementById(element.id);
    if (!fresh) return window.location.reload();
    if (words(fresh) === words(element) && fresh.dataset.refreshSeconds) return refresh(element);
    const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
    element.replaceWith(fresh);
    document.title = page.title;
    if (focused) document.getElementById(focused)?.focus();
    announce(fresh.dataset.announce || words(fresh));
    refresh(fresh);
  }, seconds * 1000);
}

function words(element) {
  return element.textContent.replace(/\s+/g, " ").trim();
}

function announce(text) {
  let region = document.getElementById("portal-announcement");
  if (!region) {
    region = document.createElement("div");
    region.id = "portal-announcement";
    region.className = "nhsuk-u-visually-hidden";
    region.setAttribute("aria-live", "polite");
    document.body.append(region);
  }
  region.textContent = text;
}

// <form data-upload>: the file is sent with a bar that shows how far it is. The page that answers takes this one's
// place; asking for it a second time would lose the messages it carries.
function sendWithProgress(form) {
  form.addEventListener("submit", (event) => {
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    if (!files.length || event.defaultPrevented) return;
    event.preventDefault();
    const buttons = form.querySelectorAll("button");
    const progress = showProgress(form);
    const request = new XMLHttpRequest();
    const failed = () => {
      buttons.forEach((button) => (button.disabled = false));
      progress.fail("The file was not sent. Check your connection, then send it again.");
    };
    request.upload.addEventListener("progress", (sent) => progress.show(sent.loaded, sent.total));
    request.addEventListener("load", () => replacePage(request.responseText, request.responseURL));
    request.addEventListener("error", failed);
    request.addEventListener("timeout", failed);
    request.open("POST", form.action);
    request.send(new FormData(form, event.submitter));
    buttons.forEach((button) => (button.disabled = true));
  });
}

function showProgress(form) {
  form.querySelector(".portal-progress")?.remove();
  const box = document.createElement("div");
  const text = document.createElement("p");
  const bar = document.createElement("progress");
  box.className = "portal-progress";
  bar.className = "portal-progress__bar";
  bar.max = 100;
  bar.setAttribute("aria-label", "Sending your file");
  text.setAttribute("role", "status");
  text.textContent = "Sending your file";
  box.append(text, bar);
  form.append(box);
  return {
    show(sent, total) {
      bar.value = total ? Math.round((100 * sent) / total) : 0;
      if (sent >= total) text.textContent = "Your file has arrived. Opening the next page";
    },
    fail(message) {
      bar.remove();
      box.classList.add("portal-progress--failed");
      text.textContent = message;
    },
  };
}

let shown = window.location.pathname + window.location.search;

function replacePage(html, address) {
  const page = new DOMParser().parseFromString(html, "text/html");
  page.body.classList.add(...document.body.classList);
  document.title = page.title;
  if (address !== window.location.href) window.history.pushState({}, "", address);
  shown = window.location.pathname + window.location.search;
  document.body.replaceWith(document.adoptNode(page.body));
  window.scrollTo(0, 0);
  const heading = document.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
  document.dispatchEvent(new Event("portal:replaced")); // the NHS components of the new page start, see the layout
  start();
}

function start() {
  document.querySelectorAll("[data-refresh-seconds]").forEach(refresh);
  document.querySelectorAll("form[data-upload]").forEach(sendWithProgress);
  document.querySelectorAll("button[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}

// Going back to a page that was replaced above must fetch it; a link within the page must not.
window.addEventListener("popstate", () => {
  if (window.location.pathname + window.location.search !== shown) window.location.reload();
});
start();
