// @ts-check
/* The page's script. It shows data as text only: nothing of the input is ever read as markup. */
"use strict";
(() => {
  /**
   * @import { Command, Drawing, FlowsSection, PathRow, PathState, RuleRow, RunningSection, SystemPage } from "./model"
   * @typedef {Node | string | undefined} Child
   * @typedef {Child | readonly (Child | readonly any[])[]} Children What an element may hold, in lists of lists.
   * @typedef {Readonly<Record<string, string | number>>} Attributes
   */

  /**
   * @template {Element} T
   * @param {string} selector
   * @param {new () => T} type
   * @returns {T} an element that the page has
   */
  const part = (selector, type) => {
    const found = document.querySelector(selector);
    if (!(found instanceof type)) throw new Error(`the page has no ${selector}`);
    return found;
  };

  const { nodes, systems, shapes } = JSON.parse(part("#data", HTMLScriptElement).text);

  /** @type {Map<number, any>} */
  const values = new Map();
  /**
   * The value at an index of the packed data; each is put together once.
   *
   * @param {number} index
   * @returns {any}
   */
  const unpack = (index) => {
    if (values.has(index)) return values.get(index);
    const node = nodes[index];
    let value = node;
    if (Array.isArray(node)) value = node.map(unpack);
    else if (typeof node === "object") {
      value = Object.fromEntries(Object.entries(node).map(([key, part]) => [key, unpack(part)]));
    }
    values.set(index, value);
    return value;
  };

  // ---------------------------------------------------------------- elements

  /**
   * @param {Children} child
   * @returns {readonly (Node | string)[]}
   */
  const flat = (child) =>
    child === undefined || child === ""
      ? []
      : typeof child === "string" || child instanceof Node
        ? [child]
        : child.flatMap(flat);

  /**
   * @template {Element} T
   * @param {T} element
   * @param {Attributes} attributes
   * @param {readonly Children[]} children
   */
  const fill = (element, attributes, children) => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    element.append(...flat(children));
    return element;
  };
  /**
   * @template {keyof HTMLElementTagNameMap} Name
   * @param {Name} name
   * @param {Attributes} attributes
   * @param {readonly Children[]} children
   */
  const h = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
  /**
   * @template {keyof SVGElementTagNameMap} Name
   * @param {Name} name
   * @param {Attributes} attributes
   * @param {readonly Children[]} children
   */
  const svg = (name, attributes = {}, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

  /** @param {string} name */
  const state = (name, text = name) => h("span", { class: `state ${name.replaceAll(" ", "-")}` }, text);
  /** @param {string} text */
  const code = (text) => h("code", {}, text);
  /** @param {string} text */
  const note = (text) => h("div", { class: "note" }, text);
  /** @type {(number: number, what: string) => string} */
  const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

  /** @type {(caption: string, columns: readonly string[], rows: readonly (readonly Children[])[]) => HTMLElement} */
  const table = (caption, columns, rows) =>
    h(
      "table",
      { role: "table", "aria-label": caption, class: columns.includes("Evidence") ? "with-evidence" : "" },
      h(
        "thead",
        { role: "rowgroup" },
        h(
          "tr",
          { role: "row" },
          columns.map((column) => h("th", { scope: "col", role: "columnheader" }, column)),
        ),
      ),
      h(
        "tbody",
        { role: "rowgroup" },
        rows.map((cells) =>
          h(
            "tr",
            { role: "row" },
            cells.map((cell, i) => h("td", { role: "cell", "data-label": columns[i] ?? "" }, cell)),
          ),
        ),
      ),
    );

  /** @type {(system: SystemPage, at: Pick<RuleRow, "file" | "line">) => string} */
  const place = (system, { file, line }) => `${system.files[file] ?? ""}${line > 0 ? `:${line}` : ""}`;

  /**
   * Something long behind a button, made when it is opened.
   *
   * @type {(summary: string, label: string, make: () => HTMLElement) => HTMLElement}
   */
  const folded = (summary, label, make) => {
    const details = h("details", {}, h("summary", { "aria-label": label }, summary));
    details.addEventListener("toggle", () => details.open && details.children.length === 1 && details.append(make()));
    return details;
  };

  /** @type {(system: SystemPage, rules: readonly RuleRow[], subject: string) => Children} */
  const evidence = (system, rules, subject) =>
    rules.length === 0
      ? ""
      : folded(count(rules.length, "rule"), `${count(rules.length, "rule")} that allow ${subject}`, () =>
          h(
            "ul",
            { class: "rules" },
            rules.map((rule) =>
              h(
                "li",
                {},
                code(`${rule.direction} ${rule.resource}`),
                h("code", { class: "where" }, place(system, rule)),
              ),
            ),
          ),
        );

  // ---------------------------------------------------------------- drawing

  /** @type {Readonly<Record<PathState, string>>} */
  const STATES = {
    open: "open, proved by rules",
    forbidden: "open, against an invariant",
    closed: "closed",
    unknown: "not known",
    elsewhere: "not through this network's rules",
    undeclared: "not declared",
  };
  const LONGEST = 27;
  /** @param {string} text */
  const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

  /** @typedef {Drawing["nodes"][number]} Box */

  /** @type {(box: Box, subtitle: string) => Children} */
  const label = ({ title, x, y }, subtitle) => [
    svg("text", { class: "title", x: x + 12, y: y + 23 }, title),
    subtitle
      .split("\n")
      .map((line, i) => svg("text", { class: "subtitle", x: x + 12, y: y + 41 + i * 17 }, short(line))),
  ];

  /**
   * The triangle at an arrow's end, which points the way of its last stretch.
   *
   * @param {Drawing["arrows"][number]["points"]} points
   */
  const head = (points) => {
    const [[fromX, fromY] = [0, 0], [x, y] = [0, 0]] = points.slice(-2);
    const [dx, dy] = [Math.sign(x - fromX), Math.sign(y - fromY)];
    const [backX, backY] = [x - dx * 8, y - dy * 8];
    return [
      [x, y],
      [backX - dy * 4, backY - dx * 4],
      [backX + dy * 4, backY + dx * 4],
    ].join(" ");
  };

  /** @param {SystemPage} system */
  function drawing({ name, topology }) {
    /** @type {Drawing} */
    const { width, height, nodes: boxes, arrows } = unpack(shapes[topology.shape]);
    /** @type {(index: number) => PathState} */
    const stateOf = (index) => topology.states[index] ?? "unknown";
    /** @type {(box: Box, other: Box) => boolean} */
    const inside = (box, other) =>
      box !== other &&
      box.x >= other.x &&
      box.y >= other.y &&
      box.x + box.width <= other.x + other.width &&
      box.y + box.height <= other.y + other.height;
    const frames = boxes.filter(({ frame }) => frame);
    const parts = boxes.map((box, i) => {
      const { x, y, width: w, height: h1, frame } = box;
      const subtitle = topology.subtitles[i] ?? "";
      const outer = frame && !frames.some((other) => inside(box, other));
      const shape = { x, y, width: w, height: h1, rx: 6, class: frame ? `frame${outer ? " outer" : ""}` : "node" };
      return svg(
        "g",
        {},
        svg("title", {}, `${box.title}: ${subtitle.replaceAll("\n", ", ")}`),
        svg("rect", shape),
        label(box, subtitle),
      );
    });
    const lines = arrows.map(({ from, to, points, label: text }, i) => {
      const kind = stateOf(i);
      const described = `${from} to ${to}: ${text.lines.join(", ")} (${STATES[kind]})`;
      return svg(
        "g",
        { class: kind },
        svg("title", {}, described),
        svg("polyline", { class: `arrow ${kind}`, points: points.join(" ") }),
        svg("polygon", { class: "head-of-arrow", points: head(points) }),
      );
    });
    const labels = arrows.map(({ label: { x, y, lines: texts } }) =>
      texts.map((text, i) => svg("text", { class: "label", x: x + 4, y: y + 12 + i * 15 }, text)),
    );
    const described = arrows.map(
      ({ from, to, label: text }, i) => `${from} to ${to}, ${text.lines.join(", ")}, ${STATES[stateOf(i)]}`,
    );
    const kinds = [...new Set(topology.states)];
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }, parts, lines, labels);
    picture.setAttribute("aria-label", `Topology of ${name}. ${described.join(". ")}.`);
    picture.style.setProperty("--width", `${width}px`);
    return [
      h("div", { class: "drawing", tabindex: "0", role: "region", "aria-label": `Topology of ${name}` }, picture),
      h(
        "div",
        { class: "key" },
        kinds.map((kind) => state(kind, STATES[kind])),
      ),
    ];
  }

  // ---------------------------------------------------------------- one system

  /** @type {(system: SystemPage, rows: readonly PathRow[]) => readonly (readonly Children[])[]} */
  const pathRows = (system, rows) =>
    rows.map((row) => [
      [row.path, row.initiators.length > 0 ? note(`from ${row.initiators.join(", ")}`) : ""],
      row.protocol,
      row.encryption,
      [state(row.state, STATES[row.state]), row.notes.map(note)],
      evidence(system, row.rules, row.path),
    ]);
  const PATH_COLUMNS = ["Path", "Protocol and port", "Encryption", "Result", "Evidence"];

  /**
   * @param {Command} command
   * @returns {Children}
   */
  function command({ text, output }) {
    const button = h("button", { type: "button", "aria-label": `Copy: ${text}` }, "Copy");
    button.addEventListener("click", () => copy(text, button));
    return [
      h("div", { class: "command" }, h("pre", {}, code(text)), button),
      output === "" ? "" : h("div", { class: "small" }, "Once deployed, filled in by: ", code(output)),
    ];
  }

  /** @type {(text: string, button: HTMLElement) => Promise<void>} */
  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      if (button.previousElementSibling) getSelection()?.selectAllChildren(button.previousElementSibling);
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  }

  /** @type {(title: string, lead: string, ...content: readonly Children[]) => Children} */
  const section = (title, lead, ...content) => [
    h("h3", {}, title),
    lead ? h("p", { class: "lead" }, lead) : "",
    content,
  ];

  /** @type {(title: string, texts: readonly string[], empty: string) => Children} */
  const listed = (title, texts, empty) => [
    h("h4", {}, title),
    texts.length === 0
      ? h("p", { class: "lead" }, empty)
      : h(
          "ul",
          {},
          texts.map((text) => h("li", {}, text)),
        ),
  ];

  /** @param {RunningSection} running */
  const runningAccount = (running) =>
    section(
      "Running account",
      `What runs in the place of what is written, as it was read at ${running.at}.`,
      h("p", {}, state(running.verdict)),
      running.notes.map((text) => h("p", { class: "lead" }, text)),
      running.notTold.length === 0 ? "" : listed("Not told, and so unknown", running.notTold, ""),
      running.compared
        ? [
            listed("In no state of Terraform's", running.unmanaged, "Nothing."),
            listed("Opened against what Terraform left", running.opened, "Nothing."),
            listed("Closed against what Terraform left", running.closed, "Nothing."),
          ]
        : h("p", { class: "lead" }, "Not compared: no state of Terraform's was given."),
      running.findings.length === 0
        ? ""
        : table(
            "Findings of the running account",
            ["Invariant", "Result", "What", "Where", "Remedy"],
            running.findings.map((one) => [
              code(one.invariant),
              state(one.status),
              [one.message, one.packet === "" ? "" : note(`Packet: ${one.packet}`)],
              [code(one.resource), " in ", code(one.place)],
              one.remedy,
            ]),
          ),
      table(
        "Invariants of the running account",
        ["Invariant", "Holds where", "Result"],
        running.invariants.map(({ id, title, state: result }) => [code(id), title, state(result)]),
      ),
    );

  /** @param {FlowsSection} flows */
  const flowsSeen = (flows) =>
    section(
      "Flows",
      `${flows.coverage}.`,
      h("p", {}, state(flows.verdict)),
      table(
        "Questions of flows",
        ["Question", "Holds where", "Numbers", "Result"],
        flows.questions.map(({ id, holds, reason, totals, flows: rows, verdict }) => [
          code(id),
          holds,
          [
            reason === "" ? "" : h("div", {}, reason),
            totals.map(({ text }) => h("div", {}, text)),
            rows.length === 0
              ? ""
              : folded(count(rows.length, "flow"), `${count(rows.length, "flow")} of ${id}`, () =>
                  h(
                    "ul",
                    {},
                    rows.map(({ standing, text }) => h("li", {}, `${standing}: ${text}`)),
                  ),
                ),
          ],
          state(verdict),
        ]),
      ),
    );

  /** @param {SystemPage} system */
  function body(system) {
    const {
      findings,
      known,
      paths,
      furtherPaths,
      run,
      steps,
      invariants,
      controls,
      running,
      flows,
      exceptions,
      assumptions,
      destinations,
    } = system;
    const encryption = invariants.find(({ id }) => id === "encryption-in-transit");
    return h(
      "div",
      { class: "body" },
      h(
        "dl",
        { class: "facts" },
        system.facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
      ),
      findings.length === 0
        ? ""
        : section(
            "Findings",
            "",
            findings.map((finding) =>
              h(
                "div",
                { class: `finding ${finding.status}` },
                h("p", {}, state(finding.status, `${finding.status} ${finding.invariant}`)),
                h("p", {}, finding.message),
                h("p", { class: "small" }, code(finding.resource), " in ", code(place(system, finding))),
                finding.packet === "" ? "" : h("p", { class: "small" }, "Packet: ", code(finding.packet)),
                h("p", { class: "small" }, `Remedy: ${finding.remedy}`),
              ),
            ),
          ),
      known.length === 0
        ? ""
        : section(
            "Known findings",
            "A baseline knows them, so that they do not fail.",
            table(
              "Known findings",
              ["Invariant", "Status", "What", "Where"],
              known.map((one) => [
                code(one.invariant),
                state(one.status),
                one.message,
                [code(one.resource), " in ", code(place(system, one))],
              ]),
            ),
          ),
      section("Topology", "Each arrow starts where the connection is opened.", drawing(system)),
      paths.length === 0
        ? ""
        : section(
            "Communication paths",
            `The document's table. Encryption is judged by the invariant encryption-in-transit: ${encryption?.state ?? "not asked"}.`,
            table("Communication paths", PATH_COLUMNS, pathRows(system, paths)),
          ),
      furtherPaths.length === 0
        ? ""
        : section(
            paths.length > 0 ? "Further paths inside the network" : "Required paths",
            "",
            table("Further paths", PATH_COLUMNS, pathRows(system, furtherPaths)),
          ),
      run.length === 0
        ? ""
        : section(
            "The life of a run",
            "By which of these paths a run goes, from its submission to its logs.",
            table(
              "The life of a run",
              ["Stage", "Paths", "Result"],
              run.map(({ title, what, hops }) => {
                const rows = hops.map((hop) => {
                  const row = [...paths, ...furtherPaths].find(({ path }) => path === hop.path);
                  return { ...hop, protocol: row?.protocol ?? "", state: row?.state ?? "unknown" };
                });
                return [
                  [title, note(what)],
                  rows.map((hop) => [
                    h("div", {}, `${hop.path}, ${hop.protocol}`),
                    hop.from.length > 0 ? note(`from ${hop.from.join(", ")}`) : "",
                  ]),
                  rows.map((hop) => h("div", {}, state(hop.state, STATES[hop.state]))),
                ];
              }),
            ),
          ),
      section(
        "Allowed egress",
        destinations.length === 0
          ? "Nothing may leave to any address outside of the own network."
          : "Every destination outside of the own network that anything here may open a connection to.",
        destinations.length === 0
          ? ""
          : table(
              "Allowed egress",
              ["Destination", "Services", "From", "Result", "Evidence"],
              destinations.map((one) => [
                [
                  one.name,
                  one.blocks.length === 0
                    ? ""
                    : folded(
                        count(one.blocks.length, "block"),
                        `${count(one.blocks.length, "block")} of ${one.name}`,
                        () => h("div", { class: "mono" }, one.blocks.join(" ")),
                      ),
                ],
                one.services,
                one.from.length <= 2
                  ? one.from.map((from) => h("div", {}, code(from)))
                  : folded(`${one.from.length} senders`, `${one.from.length} senders to ${one.name}`, () =>
                      h(
                        "ul",
                        { class: "rules" },
                        one.from.map((from) => h("li", {}, code(from))),
                      ),
                    ),
                state(one.status),
                evidence(system, one.rules, one.name),
              ]),
            ),
      ),
      section(
        "Invariants",
        "",
        table(
          "Invariants",
          ["Invariant", "Holds where", "Paragraph of the document", "Result"],
          invariants.map(({ id, title, paragraph, state: result }) => [code(id), title, paragraph, state(result)]),
        ),
      ),
      controls.length === 0
        ? ""
        : section(
            "Controls",
            "What the invariants show of controls that reviewers work by; a control is no better than the invariant of it that holds least.",
            table(
              "Controls",
              ["Control", "Asks for", "Evidence", "Not covered", "Source", "Result"],
              controls.map((one) => [
                [one.id, note(one.framework)],
                one.title,
                h(
                  "ul",
                  {},
                  one.invariants.map((id) => h("li", {}, code(id))),
                ),
                one.notCovered,
                one.source,
                state(one.state),
              ]),
            ),
          ),
      running ? runningAccount(running) : "",
      flows ? flowsSeen(flows) : "",
      section(
        "Exceptions",
        exceptions.length === 0 ? "None is declared." : "",
        exceptions.length === 0
          ? ""
          : table(
              "Exceptions",
              ["Invariant", "Resource", "Reason", "Until", "State"],
              exceptions.map((one) => [code(one.id), code(one.resource), one.reason, one.expires, state(one.state)]),
            ),
      ),
      assumptions.length === 0
        ? ""
        : section(
            "Assumptions",
            "What is taken for granted of what others run: it is not in the files that were judged, so look.",
            table(
              "Assumptions",
              ["Assumed", "Otherwise", "How to check", "Field", "Paragraph of the document"],
              assumptions.map((one) => [
                [one.assumed, note(one.id)],
                one.otherwise,
                h("span", { class: "mono" }, one.check),
                code(one.field),
                one.paragraph,
              ]),
            ),
          ),
      steps.length === 0
        ? ""
        : section(
            "Verification",
            "The document's steps, with commands for this deployment.",
            steps.map(({ title, steps: ofGroup }) => [
              h("h4", {}, title),
              h(
                "ol",
                { class: "steps" },
                ofGroup.map(({ text, commands, expect }) =>
                  h("li", {}, text, commands.map(command), h("div", { class: "small" }, `Must show: ${expect}`)),
                ),
              ),
            ]),
          ),
    );
  }

  // ---------------------------------------------------------------- list

  const items = [...document.querySelectorAll(".systems > li")].flatMap((item) =>
    item instanceof HTMLElement && item.firstElementChild instanceof HTMLDetailsElement
      ? [{ item, details: item.firstElementChild }]
      : [],
  );
  /** @typedef {(typeof items)[number]} Item */

  /** @param {Item} item */
  const fillIn = ({ item, details }) => {
    const index = items.findIndex((one) => one.item === item);
    if (details.children.length === 1) details.append(body(unpack(systems[index])));
  };
  /** @param {Item} item */
  const open = (item) => {
    fillIn(item);
    item.details.open = true;
  };
  for (const item of items) item.details.addEventListener("toggle", () => item.details.open && fillIn(item));

  const form = part(".filters form", HTMLFormElement);
  const search = part(".filters form [name=search]", HTMLInputElement);
  const shownCount = part(".filters form [name=count]", HTMLOutputElement);
  const fields = ["cloud", "region", "verdict", "invariant"].map((field) => ({
    field,
    choice: part(`.filters form [name=${field}]`, HTMLSelectElement),
  }));
  const shownItems = () => items.filter(({ item }) => !item.hidden);

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { item } of items) {
      const { text = "", ...dataset } = item.dataset;
      const matches = fields.every(({ field, choice }) => {
        const values = field === "invariant" ? (dataset["invariant"] ?? "").split(" ") : [dataset[field]];
        return choice.value === "" || values.includes(choice.value);
      });
      item.hidden = !matches || !words.every((word) => text.includes(word));
    }
    const shown = shownItems().length;
    shownCount.textContent = shown === items.length ? `${shown} shown` : `${shown} of ${items.length} shown`;
    part(".nothing", HTMLElement).hidden = shown > 0;
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  // A reload keeps what was typed.
  filter();

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && document.activeElement === search) {
      search.value = "";
      filter();
    }
  });

  // ---------------------------------------------------------------- theme, links, print

  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset["theme"] ?? (dark.matches ? "dark" : "light")) === "dark";
  const button = part("#theme", HTMLButtonElement);
  const say = () => (button.textContent = isDark() ? "Light" : "Dark");
  button.addEventListener("click", () => {
    root.dataset["theme"] = isDark() ? "light" : "dark";
    say();
  });
  dark.addEventListener("change", say);
  button.hidden = false;
  say();

  /** `#NAME` opens that deployment, so that a link can lead to it. */
  const follow = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const found = name === "" ? undefined : items.find(({ item }) => item.dataset["name"] === name);
    if (!found) return;
    open(found);
    const { item } = found;
    item.scrollIntoView();
    // Once it is in view it has its height, and with that the page room to bring it to the top.
    requestAnimationFrame(() => requestAnimationFrame(() => item.scrollIntoView()));
  };
  addEventListener("hashchange", follow);
  if (items.length === 1) items.forEach(open);
  follow();

  // What is printed is all that is shown, as long as a person would print it.
  const MOST_PRINTED = 25;
  addEventListener("beforeprint", () => {
    const shown = shownItems();
    if (shown.length <= MOST_PRINTED) shown.forEach(open);
    for (const details of document.querySelectorAll("td details")) details.setAttribute("open", "");
  });
})();
