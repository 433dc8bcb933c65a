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

module.exports = tseslint.config(
  { ignores: ["node_modules/**", "cdktf.out/**", ".dataplane/**", "**/*.js", "**/*.mjs"] },
  ...tseslint.configs.strict,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      "no-restricted-imports": ["error", { patterns: [barrel, framework] }],
      "no-console": "error",
      // Constructs and stacks are created for their effect on the tree.
      "no-new": "off",
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
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
    ["constructs/**/*.ts", "stacks/**/*.ts"],
    forbid(["**/verification/**", "**/report/**", "**/cli/**"], "Constructs and stacks write; they do not judge."),
  ),
  arrows(["verification/**/*.ts"], judging),
  arrows(["verification/readers/**/*.ts"], judging, forbid(["**/clouds/**"], "A reader knows a format and no cloud.")),
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
    files: ["verification/invariants/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector:
            ":matches(Literal[value=/\\b(aws|google|azurerm|azuread|kubernetes)_[a-z]/], Property > Identifier.key[name=/^(aws|google|azurerm|azuread|kubernetes)_[a-z]/])",
          message: "An invariant knows no provider's types: they stand in clouds/CLOUD/checks.",
        },
      ],
    },
  },
  arrows(
    ["report/**/*.ts"],
    forbid(
      ["**/constructs/**", "**/stacks/**", "**/framework", "**/cli/**", "@cdktf/provider-*/**"],
      "Reports print findings; they know no constructs.",
    ),
  ),
  { files: ["framework.ts", "bench/**/*.ts"], rules: { "no-restricted-imports": "off" } },
  { files: ["cli/**/*.ts", "main.ts", "scripts/**/*.ts", "bench/**/*.ts"], rules: { "no-console": "off" } },
);
