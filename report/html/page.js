/* The page's script. It shows data as text only: nothing of the input is ever read as markup. */
"use strict";
(() => {
  const { nodes, systems, shapes } = JSON.parse(document.getElementById("data").textContent);

  /** The value at an index of the packed data; each is put together once. */
  const values = new Map();
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

  const fill = (element, attributes, children) => {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== ""));
    return element;
  };
  const h = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
  const svg = (name, attributes = {}, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

  const state = (name, text = name) => h("span", { class: `state ${name.replaceAll(" ", "-")}` }, text);
  const code = (text) => h("code", {}, text);
  const note = (text) => h("div", { class: "note" }, text);
  const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

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
            cells.map((cell, i) => h("td", { role: "cell", "data-label": columns[i] }, [cell].flat(Infinity))),
          ),
        ),
      ),
    );

  const place = (system, { file, line }) => `${system.files[file]}${line > 0 ? `:${line}` : ""}`;

  /** Something long behind a button, made when it is opened. */
  const folded = (summary, label, make) => {
    const details = h("details", {}, h("summary", { "aria-label": label }, summary));
    details.addEventListener("toggle", () => details.open && details.children.length === 1 && details.append(make()));
    return details;
  };

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

  const STATES = {
    open: "open, proved by rules",
    forbidden: "open, against an invariant",
    closed: "closed",
    unknown: "not known",
    elsewhere: "not through this network's rules",
    undeclared: "not declared",
  };
  const LONGEST = 27;
  const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

  const label = ({ title, x, y }, subtitle) => [
    svg("text", { class: "title", x: x + 12, y: y + 23 }, title),
    subtitle
      .split("\n")
      .map((line, i) => svg("text", { class: "subtitle", x: x + 12, y: y + 41 + i * 17 }, short(line))),
  ];

  /** The triangle at an arrow's end, which points the way of its last stretch. */
  const head = ([x, y], [fromX, fromY]) => {
    const [dx, dy] = [Math.sign(x - fromX), Math.sign(y - fromY)];
    const back = [x - dx * 8, y - dy * 8];
    return [
      [x, y],
      [back[0] - dy * 4, back[1] - dx * 4],
      [back[0] + dy * 4, back[1] + dx * 4],
    ].join(" ");
  };

  function drawing({ name, topology }) {
    const { width, height, nodes: boxes, arrows } = unpack(shapes[topology.shape]);
    const inside = (box, other) =>
      box !== other &&
      box.x >= other.x &&
      box.y >= other.y &&
      box.x + box.width <= other.x + other.width &&
      box.y + box.height <= other.y + other.height;
    const frames = boxes.filter(({ frame }) => frame);
    const parts = boxes.map((box, i) => {
      const { x, y, width: w, height: h1, frame } = box;
      const outer = frame && !frames.some((other) => inside(box, other));
      const shape = { x, y, width: w, height: h1, rx: 6, class: frame ? `frame${outer ? " outer" : ""}` : "node" };
      return svg(
        "g",
        {},
        svg("title", {}, `${box.title}: ${topology.subtitles[i].replaceAll("\n", ", ")}`),
        svg("rect", shape),
        [label(box, topology.subtitles[i])],
      );
    });
    const lines = arrows.map(({ from, to, points, label: text }, i) => {
      const kind = topology.states[i];
      const described = `${from} to ${to}: ${text.lines.join(", ")} (${STATES[kind]})`;
      return svg(
        "g",
        { class: kind },
        svg("title", {}, described),
        svg("polyline", { class: `arrow ${kind}`, points: points.join(" ") }),
        svg("polygon", { class: "head-of-arrow", points: head(points.at(-1), points.at(-2)) }),
      );
    });
    const labels = arrows.map(({ label: { x, y, lines: texts } }) =>
      texts.map((text, i) => svg("text", { class: "label", x: x + 4, y: y + 12 + i * 15 }, text)),
    );
    const described = arrows.map(
      ({ from, to, label: text }, i) => `${from} to ${to}, ${text.lines.join(", ")}, ${STATES[topology.states[i]]}`,
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

  const pathRows = (system, rows) =>
    rows.map((row) => [
      [row.path, row.initiators.length > 0 ? note(`from ${row.initiators.join(", ")}`) : ""],
      row.protocol,
      row.encryption,
      [state(row.state, STATES[row.state]), row.notes.map(note)],
      evidence(system, row.rules, row.path),
    ]);
  const PATH_COLUMNS = ["Path", "Protocol and port", "Encryption", "Result", "Evidence"];

  function command({ text, output }) {
    const button = h("button", { type: "button", "aria-label": `Copy: ${text}` }, "Copy");
    button.addEventListener("click", () => copy(text, button));
    return [
      h("div", { class: "command" }, h("pre", {}, code(text)), button),
      output === "" ? "" : h("div", { class: "small" }, "Once deployed, filled in by: ", code(output)),
    ];
  }

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      const selection = getSelection();
      selection.selectAllChildren(button.previousElementSibling);
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  }

  const section = (title, lead, ...content) => [
    h("h3", {}, title),
    lead ? h("p", { class: "lead" }, lead) : "",
    content,
  ];

  function body(system) {
    const { findings, known, paths, furtherPaths, run, steps, invariants, exceptions, assumptions, destinations } =
      system;
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
            `The document's table. Encryption is judged by the invariant encryption-in-transit: ${encryption.state}.`,
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
                const rowOf = ({ path }) => [...paths, ...furtherPaths].find((row) => row.path === path);
                return [
                  [title, note(what)],
                  hops.map((hop) => [
                    h("div", {}, `${hop.path}, ${rowOf(hop).protocol}`),
                    hop.from.length > 0 ? note(`from ${hop.from.join(", ")}`) : "",
                  ]),
                  hops.map((hop) => h("div", {}, state(rowOf(hop).state, STATES[rowOf(hop).state]))),
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

  const items = [...document.querySelectorAll(".systems > li")];
  const fillIn = (item) => {
    const details = item.firstElementChild;
    if (details.children.length === 1) details.append(body(unpack(systems[items.indexOf(item)])));
  };
  const open = (item) => {
    fillIn(item);
    item.firstElementChild.open = true;
  };
  for (const item of items) {
    item.firstElementChild.addEventListener("toggle", () => item.firstElementChild.open && fillIn(item));
  }

  const form = document.querySelector(".filters form");
  const fields = ["cloud", "region", "verdict", "invariant"];
  const texts = items.map(({ dataset }) => dataset.text);
  const shownItems = () => items.filter(({ hidden }) => !hidden);

  function filter() {
    const words = form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    items.forEach((item, i) => {
      const matches = fields.every((field) => {
        const asked = form.elements[field].value;
        const values = field === "invariant" ? item.dataset.invariant.split(" ") : [item.dataset[field]];
        return asked === "" || values.includes(asked);
      });
      item.hidden = !matches || !words.every((word) => texts[i].includes(word));
    });
    const shown = shownItems().length;
    form.elements.count.textContent = shown === items.length ? `${shown} shown` : `${shown} of ${items.length} shown`;
    document.querySelector(".nothing").hidden = shown > 0;
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
      form.elements.search.focus();
    } else if (event.key === "Escape" && document.activeElement === form.elements.search) {
      form.elements.search.value = "";
      filter();
    }
  });

  // ---------------------------------------------------------------- theme, links, print

  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
  const button = document.getElementById("theme");
  const say = () => (button.textContent = isDark() ? "Light" : "Dark");
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    say();
  });
  dark.addEventListener("change", say);
  button.hidden = false;
  say();

  /** `#NAME` opens that deployment, so that a link can lead to it. */
  const follow = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const item = name === "" ? undefined : items.find(({ dataset }) => dataset.name === name);
    if (!item) return;
    open(item);
    item.scrollIntoView();
    // Once it is in view it has its height, and with that the page room to bring it to the top.
    requestAnimationFrame(() => requestAnimationFrame(() => item.scrollIntoView()));
  };
  addEventListener("hashchange", follow);
  if (items.length === 1) open(items[0]);
  follow();

  // What is printed is all that is shown, as long as a person would print it.
  const MOST_PRINTED = 25;
  addEventListener("beforeprint", () => {
    const shown = shownItems();
    if (shown.length <= MOST_PRINTED) shown.forEach(open);
    for (const details of document.querySelectorAll("td details")) details.open = true;
  });
})();
