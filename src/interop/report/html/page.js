// Draws conversations, filters the matrix, and keeps both in the address.
// Whatever comes from the run goes into the page as text, never as markup.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const dialog = document.getElementById("conversation");
  const words = document.getElementById("words");
  const verdict = document.getElementById("verdict");
  const shown = document.getElementById("shown");

  // An element of this class, around these children; strings become text.
  function element(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  // --- The cells ---

  const cells = [];
  const named = new Map();
  const groups = [];
  document.querySelectorAll("table").forEach((table, number) => {
    for (const body of table.tBodies) {
      const head = body.querySelector("tr.group");
      const group = { table, body, head, open: false, cells: [] };
      for (const line of body.querySelectorAll("tr[data-row]")) {
        const row = data.rows[line.dataset.row];
        // The line may be too short for it.
        line.cells[0].title = row.claim;
        [...line.cells].slice(1).forEach((box, column) => {
          const link = box.querySelector("a");
          if (!link) return;
          const [client, server] = data.tables[number][column];
          const name = `${row.name}::${client}-to-${server}`;
          const cell = {
            name, client, server, row, column, box, line, link,
            kind: link.className,
            verdict: link.textContent,
            text: `${name} ${row.claim}`.toLowerCase(),
            on: true,
          };
          cells.push(cell);
          group.cells.push(cell);
          named.set(name, cell);
          link.addEventListener("click", (event) => choose(event, cell));
        });
      }
      if (head) prepare(group);
      groups.push(group);
    }
  });

  // The line that stands for many rows opens and closes them.
  function prepare(group) {
    const button = group.head.querySelector("button");
    button.addEventListener("click", () => {
      group.open = button.getAttribute("aria-expanded") !== "true";
      unfold(group, group.open);
    });
    [...group.head.cells].slice(1).forEach((box, column) => {
      const link = box.querySelector("a");
      if (!link) return;
      link.addEventListener("click", (event) => {
        const here = group.cells.filter((cell) => cell.column === column && cell.on);
        const worst = ["fail", "note", "pass"].map((kind) => here.find((cell) => cell.kind === kind));
        choose(event, worst.find(Boolean) ?? here[0]);
      });
    });
  }

  function unfold(group, open) {
    group.head.querySelector("button").setAttribute("aria-expanded", String(open));
    const on = new Set(group.cells.filter((cell) => cell.on).map((cell) => cell.line));
    for (const { line } of group.cells) line.hidden = !open || !on.has(line);
  }

  // --- The address ---

  let state = { words: "", verdict: "", case: "" };

  function read() {
    const given = new URLSearchParams(location.hash.slice(1));
    return Object.fromEntries(Object.keys(state).map((key) => [key, given.get(key) ?? ""]));
  }

  function address(wanted) {
    const parts = Object.entries(wanted).filter(([, value]) => value);
    const kept = (value) => encodeURIComponent(value).replaceAll("%3A", ":");
    return "#" + parts.map(([key, value]) => `${key}=${kept(value)}`).join("&");
  }

  // A step that the Back button takes back, or none while the user types.
  function go(change, step) {
    const wanted = { ...state, ...change };
    const target = address(wanted);
    if (step) location.hash = target;
    else location.replace(target);
    apply(wanted);
  }

  function apply(wanted) {
    const before = state;
    state = wanted;
    if (words.value !== state.words) words.value = state.words;
    verdict.value = state.verdict;
    if (before.words !== state.words || before.verdict !== state.verdict) filter();
    if (state.case) show(state.case);
    else if (dialog.open) dialog.close();
  }

  function choose(event, cell) {
    // In a new tab the address of the link is enough.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (cell) go({ case: cell.name }, true);
  }

  // --- The filter ---

  function filter() {
    const wanted = state.words.toLowerCase().split(/\s+/).filter(Boolean);
    const right = (cell) =>
      !state.verdict || (state.verdict === "not green" ? cell.kind === "fail" : cell.verdict === state.verdict);
    let count = 0;
    for (const cell of cells) {
      cell.on = right(cell) && wanted.every((word) => cell.text.includes(word));
      cell.box.classList.toggle("off", !cell.on);
      count += cell.on ? 1 : 0;
    }
    const filtered = wanted.length > 0 || state.verdict !== "";
    for (const group of groups) {
      const on = new Set(group.cells.filter((cell) => cell.on).map((cell) => cell.line));
      group.body.hidden = on.size === 0;
      for (const { line } of group.cells) line.hidden = !on.has(line);
      if (!group.head) continue;
      unfold(group, filtered || group.open);
      [...group.head.cells].slice(1).forEach((box, column) => {
        box.classList.toggle("off", !group.cells.some((cell) => cell.on && cell.column === column));
      });
    }
    for (const section of document.querySelectorAll(".suite")) {
      section.hidden = [...section.querySelectorAll("tbody")].every((body) => body.hidden);
    }
    shown.textContent = filtered ? `${count} of ${cells.length} cases` : "";
  }

  words.addEventListener("input", () => go({ words: words.value }, false));
  verdict.addEventListener("change", () => go({ verdict: verdict.value }, false));
  document.getElementById("filter").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => {
    if (address(read()) !== address(state)) apply(read());
  });
  // Links outside of the matrix keep the filter too.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("section a[href^='#case=']");
    if (!link || event.defaultPrevented) return;
    choose(event, named.get(new URLSearchParams(link.hash.slice(1)).get("case")));
  });

  // --- A conversation ---

  const event = (number) => (number < 0 ? data.notes[-1 - number] : data.events[number]);
  const tokens = (happened) => (happened?.bytes ?? []).map((field) => field.hex).join(" ").split(" ");

  // The text, with what the other text does not have marked.
  function marked(text, other) {
    if (text === other) return [text];
    let from = 0;
    while (from < text.length && text[from] === other[from]) from += 1;
    let to = text.length;
    let end = other.length;
    while (to > from && end > from && text[to - 1] === other[end - 1]) { to -= 1; end -= 1; }
    return [text.slice(0, from), element("mark", "", text.slice(from, to)), text.slice(to)];
  }

  function fields(happened, other) {
    const theirs = other && tokens(other);
    let at = 0;
    const made = element("div", "fields");
    for (const field of happened.bytes) {
      const hex = element("span", field.meaning ? "hex" : "hex whole");
      field.hex.split(" ").forEach((token, place) => {
        if (place > 0) hex.append(" ");
        const differs = theirs && theirs[at] !== token;
        hex.append(differs ? element("mark", "", token) : token);
        at += 1;
      });
      made.append(hex);
      if (field.meaning) made.append(element("span", "", field.meaning));
    }
    return made;
  }

  // One thing that happened; `other` is what happened instead where it is the first that differs.
  function item(happened, other, badge) {
    const role = happened.role ?? "both";
    const made = element("li", role + (badge ? " parts" : ""));
    if (badge) made.append(element("strong", "badge", badge));
    const text = other && other.role === happened.role ? marked(happened.text, other.text) : [happened.text];
    if (happened.bytes) {
      const fitting = other && other.role === happened.role && other.bytes ? other : null;
      made.append(element("div", "message", `${role} `, ...text), element("div", "message", fields(happened, fitting)), element("div", "arrow"));
    } else {
      made.append(element("div", "beside", element("span", "aside", happened.role ? `${role} ` : ""), ...text));
    }
    return made;
  }

  // The lifelines of one performance. `others` are the events of the other one.
  function side(title, className, pairing, events, others, badge) {
    const [client, server] = pairing;
    const lines = element("ol", "lines");
    let common = 0;
    while (others && common < events.length && events[common] === others[common]) common += 1;
    events.forEach((number, at) => {
      const parts = others && at === common;
      lines.append(item(event(number), parts ? others[at] !== undefined && event(others[at]) : null, parts ? badge : ""));
    });
    if (others && common === events.length && common < others.length) {
      lines.append(item({ role: event(others[common]).role, text: "nothing more" }, null, badge));
    }
    fold(lines, common);
    return element("section", `side ${className}`,
      element("h3", "", title),
      element("div", "heads", element("span", "", `client: ${client}`), element("span", "", `server: ${server}`)),
      lines);
  }

  // What goes well for long before it goes wrong is folded.
  function fold(lines, common) {
    const KEPT = 5;
    const folded = [...lines.children].slice(0, Math.max(0, common - KEPT));
    if (folded.length < 4 || lines.children.length === common) return;
    const button = element("button", "", `show ${folded.length} steps before, the same in both`);
    button.type = "button";
    const more = element("li", "more", button);
    for (const line of folded) line.hidden = true;
    button.addEventListener("click", () => {
      for (const line of folded) line.hidden = false;
      more.remove();
    });
    lines.prepend(more);
  }

  // `java25-to-java25`, split where both halves are peers of this report.
  function peers(pairing) {
    for (let at = pairing.indexOf("-to-"); at >= 0; at = pairing.indexOf("-to-", at + 1)) {
      const halves = [pairing.slice(0, at), pairing.slice(at + 4)];
      if (data.tables.flat(2).includes(halves[0]) || pairing.indexOf("-to-", at + 1) < 0) return halves;
    }
    return [pairing, ""];
  }

  function conversation(cell) {
    const failure = data.failures[cell.name];
    const good = cell.row.good[cell.row.judges[cell.column]];
    const made = [element("p", "", cell.row.claim)];
    if (!failure) {
      made.push(element("p", "verdict pass", element("b", "", "pass"), good
        ? `: in everything that is compared, this conversation is the one below, which ${good[0]} had in the same run.`
        : ": it is in everything that is compared as its judge had it, which these results do not hold."));
    } else {
      made.push(element("p", `verdict ${cell.kind}`, failure.detail));
    }
    const sides = element("div", "sides");
    const seen = failure?.seen;
    const judge = failure?.judge ?? good;
    if (seen) {
      sides.append(side(`${cell.client}-to-${cell.server}: what happened`, "seen", [cell.client, cell.server], seen, judge?.[1], "Here it first differs"));
    }
    if (judge) {
      sides.append(side(`${judge[0]}: as it should be`, "judge", peers(judge[0]), judge[1], seen, "What belongs here"));
    }
    if (sides.children.length === 1) sides.classList.add("one");
    if (sides.children.length > 0) made.push(sides);
    if (failure?.unobserved) {
      made.push(element("p", "", `The traffic could not be recorded: ${failure.unobserved}`));
    }
    ["client", "server"].forEach((role, which) => {
      const said = (failure?.stderr[which] ?? []).map((line) => data.said[line]).join("\n");
      if (said) made.push(element("h3", "", `What the ${role} said on stderr`), element("pre", "", said));
    });
    const lists = [["Connections", "connections"], ["What was masked", "masked"], ["What you can write", "advice"]];
    for (const [title, key] of lists) {
      const lines = failure?.[key] ?? [];
      if (lines.length > 0) made.push(element("h3", "", title), element("pre", "", lines.join("\n")));
    }
    const again = failure?.again ?? cell.name;
    made.push(element("p", "", "Run it again: ", element("code", "again", failure ? again : `javatalk interop ${again}`)));
    return made;
  }

  function show(name) {
    const cell = named.get(name);
    const close = element("button", "", "Close");
    close.addEventListener("click", leave);
    const here = cells.filter((other) => other.on || other === cell);
    const step = (label, by) => {
      const target = here[here.indexOf(cell) + by];
      const button = element("button", "", label);
      button.disabled = !target;
      button.addEventListener("click", () => go({ case: target.name }, false));
      return button;
    };
    const heading = element("h2", "", name);
    heading.id = "case";
    heading.tabIndex = -1;
    heading.autofocus = true;
    const pressed = document.activeElement.closest("dialog") && document.activeElement.textContent;
    dialog.replaceChildren(
      element("nav", "", ...(cell ? [step("Previous", -1), step("Next", 1)] : []), close),
      heading,
      ...(cell ? conversation(cell) : [element("p", "", "This report has no such case.")]));
    for (const button of dialog.querySelectorAll("button")) button.type = "button";
    if (!dialog.open) dialog.showModal();
    // A keyboard user keeps the focus on the button.
    const same = [...dialog.querySelectorAll("nav button")].find((button) => button.textContent === pressed);
    (same && !same.disabled ? same : heading).focus();
    dialog.scrollTop = 0;
  }

  // However it is closed, the address forgets it and the focus goes back to the cell.
  function leave() {
    const cell = named.get(state.case);
    if (state.case) go({ case: "" }, true);
    cell?.link.focus();
  }
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  // The browser may close it without asking.
  dialog.addEventListener("close", leave);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) leave();
  });

  for (const group of groups) if (group.head) unfold(group, false);
  apply(read());
})();
