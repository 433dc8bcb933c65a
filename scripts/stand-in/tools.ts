import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** What the stand-in for AWS needs on the machine, and how to get it. */
const TOOLS = {
  terraform: "https://developer.hashicorp.com/terraform/install (1.11 or newer)",
  moto_server: "pip install 'moto[server]'",
  aws: "pip install awscli",
} as const;

/** Tools that are not on the PATH, each with how to get it. */
export function missingTools(): string[] {
  return Object.entries(TOOLS)
    .filter(([tool]) => !isOnPath(tool))
    .map(([tool, source]) => `${tool}: ${source}`);
}

export function isOnPath(tool: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, tool)));
}

/**
 * Folder of a mirror of Terraform providers (it holds `registry.terraform.io/`), where there is one: that of the
 * environment variable TF_PLUGIN_DIR, else one in a usual place. Without one Terraform asks the registry.
 */
export function providerMirror(): string | undefined {
  const given = process.env["TF_PLUGIN_DIR"];
  const usual = [
    join(homedir(), ".terraform.d/plugins"),
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
  ];
  const optional = existsSync("/opt") ? readdirSync("/opt").map((name) => join("/opt", name)) : [];
  return (given ? [given] : [...usual, ...optional]).find((folder) =>
    existsSync(join(folder, "registry.terraform.io")),
  );
}
