// The arrows of the design: deployments -> config -> constructs -> stacks -> cdktf.out -> verification -> report.
// Verification judges what was written, so it may never see the code that wrote it.
const tseslint = require("typescript-eslint");

/** Forbids imports whose path matches one of `groups`, and names the reason. */
const forbid = (groups, message) => ({ group: groups, message });

const barrel = {
  regex: "^@cdktf/provider-[^/]+$",
  message:
    "Import provider classes by deep path (@cdktf/provider-aws/lib/vpc): the barrel costs seconds and gigabytes.",
};
const framework = {
  regex: "^(cdktf(/.*)?|constructs)$",
  message: "Import the framework through ./framework, the one place to swap it.",
};

const arrows = (files, ...patterns) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: [barrel, framework, ...patterns] }] },
});

const judging = forbid(
  ["**/constructs/**", "**/stacks/**", "**/framework", "**/report/**", "**/cli/**", "@cdktf/provider-*/**"],
  "Verification judges what was written, never what was meant.",
);

/** Texts that are for people: what is decided by one changes with its wording. */
const FOR_PEOPLE =
  ":matches(Identifier[name=/^(message|remedy)$/], MemberExpression[property.name=/^(message|remedy)$/])";
const wordings = [
  `CallExpression[callee.property.name=/^(startsWith|endsWith|includes|indexOf|match|matchAll|search|replace|replaceAll|split|slice|substring)$/] > MemberExpression.callee > ${FOR_PEOPLE}.object`,
  `CallExpression[callee.property.name=/^(test|exec|startsWith|includes|match)$/] > ${FOR_PEOPLE}.arguments`,
].map((selector) => ({
  selector,
  message: "No message is tested or cut: what it is about is a field, from where it arises.",
}));

module.exports = tseslint.config(
  { ignores: ["node_modules/**", "cdktf.out/**", ".dataplane/**", "**/*.js", "**/*.mjs"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      "no-restricted-imports": ["error", { patterns: [barrel, framework] }],
      "no-console": "error",
      // Constructs and stacks are created for their effect on the tree.
      "no-new": "off",
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      // `() => done()` says no more than `() => { done(); }`, nor `return refuse()` than `refuse(); return`.
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // A number has one text; our sets have their own.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        {
          allow: [{ from: "file", name: ["AddressSet", "ServiceSet", "PacketSet"] }],
          allowNumber: true,
          allowAny: false,
          allowBoolean: false,
          allowNever: false,
          allowNullish: false,
          allowRegExp: false,
        },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  arrows(
    ["config/**/*.ts"],
    forbid(
      ["**/constructs/**", "**/stacks/**", "**/verification/**", "**/report/**", "**/cli/**"],
      "config stands first: it knows data only.",
    ),
  ),
  arrows(
    ["packets/**/*.ts"],
    forbid(
      ["**/config/**", "**/constructs/**", "**/stacks/**", "**/verification/**", "**/report/**", "**/cli/**"],
      "Sets of packets know nothing of what they are used for.",
    ),
  ),
  arrows(
    ["chart/**/*.ts"],
    forbid(
      ["**/config/**", "**/constructs/**", "**/stacks/**", "**/verification/**", "**/report/**", "**/cli/**"],
      "Facts of the chart know nothing of what is written here.",
    ),
  ),
  arrows(
    ["account/**/*.ts"],
    forbid(
      ["**/config/**", "**/constructs/**", "**/stacks/**", "**/verification/**", "**/report/**", "**/cli/**"],
      "What reads a cloud tells what is there; it knows no deployment and judges nothing.",
    ),
  ),
  arrows(
    ["preflight/**/*.ts", "deployer/**/*.ts"],
    forbid(
      ["**/constructs/**", "**/stacks/**", "**/framework", "**/report/**", "**/cli/**", "@cdktf/provider-*/**"],
      "What looks before a deploy counts what was written.",
    ),
  ),
  arrows(
    ["preflight/*.ts"],
    forbid(["**/aws/**", "**/google/**", "**/azure/**"], "What is asked is the same on each cloud."),
  ),
  arrows(
    ["constructs/**/*.ts", "stacks/**/*.ts"],
    forbid(["**/verification/**", "**/report/**", "**/cli/**"], "Constructs and stacks write; they do not judge."),
  ),
  arrows(
    ["library/**/*.ts"],
    forbid(["**/report/**", "**/cli/**"], "The library is what stacks and tests are made of."),
  ),
  arrows(["verification/**/*.ts"], judging),
  arrows(["verification/readers/**/*.ts"], judging, forbid(["**/clouds/**"], "A reader knows a format and no cloud.")),
  arrows(
    ["verification/clouds/kubernetes/**/*.ts"],
    judging,
    forbid(
      ["**/aws/**", "**/google/**", "**/azure/**"],
      "What a cloud gives its clusters stands in its cluster-host.ts.",
    ),
  ),
  arrows(
    ["verification/invariants/**/*.ts"],
    judging,
    forbid(
      [
        ...["aws", "google", "azure", "kubernetes"].flatMap((cloud) => [`**/clouds/${cloud}`, `**/clouds/${cloud}/**`]),
        "**/readers/**",
      ],
      "An invariant is a sentence: what a cloud has to say of it stands in clouds/CLOUD/checks.",
    ),
  ),
  {
    files: [
      "verification/**/*.ts",
      "report/**/*.ts",
      "cli/**/*.ts",
      "scripts/field/**/*.ts",
      "account/kubernetes/**/*.ts",
    ],
    rules: { "no-restricted-syntax": ["error", ...wordings] },
  },
  arrows(
    ["cli/**/*.ts"],
    forbid(["**/aws/**", "**/google/**", "**/azure/**"], "What a command asks of a cloud stands in cli/clouds/CLOUD."),
  ),
  {
    files: ["cli/**/*.ts"],
    ignores: ["cli/clouds/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...wordings,
        {
          selector:
            ":matches(Literal[value=/^(aws|google|azure)$/], Property > Identifier.key[name=/^(aws|google|azure)$/], MemberExpression > Identifier.property[name=/^(aws|google|azure)$/])",
          message: "A command knows no cloud: what it asks of one stands in cli/clouds/CLOUD.",
        },
      ],
    },
  },
  arrows(["cli/clouds/**/*.ts"]),
  {
    files: ["verification/invariants/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...wordings,
        {
          selector:
            ":matches(Literal[value=/\\b(aws|google|azurerm|azuread|kubernetes)_[a-z]/], Property > Identifier.key[name=/^(aws|google|azurerm|azuread|kubernetes)_[a-z]/])",
          message: "An invariant knows no provider's types: they stand in clouds/CLOUD/checks.",
        },
      ],
    },
  },
  arrows(["costs/**/*.ts"], judging),
  arrows(["flows/**/*.ts"], judging),
  arrows(["flows/questions/**/*.ts"], judging, forbid(["**/readers/**"], "A question knows no cloud's format.")),
  arrows(
    ["report/**/*.ts"],
    forbid(
      ["**/constructs/**", "**/stacks/**", "**/framework", "**/cli/**", "@cdktf/provider-*/**"],
      "Reports print findings; they know no constructs.",
    ),
  ),
  arrows(
    ["report/html/**/*.ts"],
    forbid(
      ["**/constructs/**", "**/stacks/**", "**/framework", "**/cli/**", "@cdktf/provider-*/**"],
      "Reports print findings; they know no constructs.",
    ),
    forbid(["**/aws/**", "**/google/**", "**/azure/**"], "What a report says of a cloud stands in report/clouds."),
  ),
  // One idea fits a file of this length. Tables are as long as what they list, and tests as the cases that they judge.
  { rules: { "max-lines": ["error", 400] } },
  {
    files: ["__tests__/**/*.ts", "scripts/changes/*.ts", "scripts/classification/*.ts"],
    rules: { "max-lines": "off" },
  },
  { files: ["framework.ts", "bench/**/*.ts"], rules: { "no-restricted-imports": "off" } },
  {
    // They look into JSON whose shape is what they ask about, synthesized or Union's: a path that is not there shows.
    files: ["__tests__/**/*.ts", "chart/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/restrict-plus-operands": "off",
      "@typescript-eslint/restrict-template-expressions": "off",
      // Of texts of their own: zones' letters, a fixture's methods.
      "@typescript-eslint/no-misused-spread": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  { files: ["cli/**/*.ts", "main.ts", "scripts/**/*.ts", "bench/**/*.ts"], rules: { "no-console": "off" } },
);
