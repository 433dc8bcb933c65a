import { generateKeyPairSync } from "node:crypto";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/index";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();
const [SIGNER, OTHER] = ["signer", "other"].map((name) => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const pair = { key: at(`${name}.key`), pub: at(`${name}.pub`) };
  writeFiles({
    [pair.key]: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    [pair.pub]: publicKey.export({ type: "spki", format: "pem" }).toString(),
  });
  return pair;
}) as [Pair, Pair];

interface Pair {
  readonly key: string;
  readonly pub: string;
}

const MAIN = `
resource "aws_security_group" "nodes" {
  vpc_id = "vpc-1"
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["BLOCK"]
  }
}
`;

/** Writes a folder of Terraform, has it reported and signed, and returns its path with that of the bundle. */
async function signed(name: string, block: string, ...further: readonly string[]) {
  const folder = at(name);
  writeFiles({
    [join(folder, "main.tf")]: MAIN.replace("BLOCK", block),
    [join(folder, "pods.yaml")]: "apiVersion: v1\nkind: Namespace\nmetadata: { name: union }\n",
    [join(folder, ".terraform/modules/modules.json")]: '{ "Modules": [] }',
    [join(folder, ".terraform/providers/binary")]: "not read",
  });
  const bundle = join(folder, "bundle.json");
  const args = ["report", folder, "--output", join(folder, "report.html"), "--bundle", bundle, ...further];
  return { folder, bundle, outcome: await run([...args, "--key", SIGNER.key]) };
}

const check = (bundle: string, ...paths: readonly string[]) =>
  run(["verify-bundle", bundle, "--key", SIGNER.pub, ...paths]);

interface Statement {
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicate: Readonly<Record<string, unknown>>;
}

const statementIn = (bundle: string): Statement => {
  const { payload } = JSON.parse(readFileSync(bundle, "utf8")) as { readonly payload: string };
  return JSON.parse(Buffer.from(payload, "base64").toString()) as Statement;
};

test("what passes is signed, and checked wherever its files lie", async () => {
  const { folder, bundle, outcome } = await signed("passes", "10.1.0.0/16");
  expect(outcome).toMatchObject({ exitCode: 0, stderr: "" });
  const { subject, predicate } = statementIn(bundle);
  // What is written beside, and Terraform's own, is no input.
  expect(subject.map(({ name }) => name.slice(folder.length + 1))).toEqual([
    ".terraform/modules/modules.json",
    "main.tf",
    "pods.yaml",
  ]);
  expect(predicate).toMatchObject({ result: "PASSED", warnedTests: [], failedTests: [] });
  expect(predicate["passedTests"]).toContain("Judged files/no-inbound");
  expect(predicate["urn:dataplane:report:v1"]).toMatchObject({ verdict: "pass" });
  cpSync(folder, at("elsewhere"), { recursive: true });
  for (const name of ["report.html", "bundle.json"]) rmSync(join(at("elsewhere"), name));
  const checked = await check(bundle, at("elsewhere"));
  expect(checked).toMatchObject({ exitCode: 0, stderr: "" });
  expect(checked.stdout).toMatch(/^signed: pass: \d+ of \d+ tests hold, on \d{4}-\d\d-\d\d by dataplane \d/);
  expect(checked.stdout).toContain("these are what was judged: 3 files");
});

test("what fails is signed too, by what it was judged", async () => {
  const policy = at("policy.yaml");
  writeFiles({ [policy]: 'inside: ["10.0.0.0/8"]\n' });
  const { folder, bundle, outcome } = await signed("fails", "0.0.0.0/0", "--policy", policy);
  expect(outcome.exitCode).toBe(1);
  const checked = await check(
    bundle,
    folder.concat("/main.tf"),
    join(folder, "pods.yaml"),
    join(folder, ".terraform/modules"),
  );
  expect(checked).toMatchObject({ exitCode: 1, stderr: "" });
  expect(checked.stdout).toContain("not held: Judged files/no-inbound\n");
  expect(checked.stdout).toContain(`by ${policy} (SHA-256 `);
  expect(checked.stdout).toContain("by cloudflare-ips.json (SHA-256 ");
});

test("without paths only the signature is checked, and that is said", async () => {
  const { bundle } = await signed("alone", "10.1.0.0/16");
  expect((await check(bundle)).stdout).toContain("what was judged: 3 files; name what you have, to have it compared");
});

describe("is not to be trusted", () => {
  test.each<[what: string, change: (folder: string) => void, message: (folder: string) => string]>([
    [
      "a file that changed",
      (folder) => writeFiles({ [join(folder, "main.tf")]: MAIN.replace("BLOCK", "0.0.0.0/0") }),
      (folder) => `${join(folder, "main.tf")}: is no file that was judged, or has changed since`,
    ],
    [
      "a file that is new",
      (folder) => writeFiles({ [join(folder, "more.tf")]: "" }),
      (folder) => `${join(folder, "more.tf")}: is no file that was judged, or has changed since`,
    ],
    [
      "a file that is gone",
      (folder) => rmSync(join(folder, "pods.yaml")),
      (folder) => `${folder}: lacks '${join(folder, "pods.yaml")}', which was judged`,
    ],
  ])("%s", async (what, change, message) => {
    const { folder, bundle } = await signed(what, "10.1.0.0/16");
    rmSync(join(folder, "report.html"));
    change(folder);
    expect(await check(bundle, folder)).toEqual({ exitCode: 2, stdout: "", stderr: `${message(folder)}\n` });
  });

  test("what another has signed", async () => {
    const { folder, bundle } = await signed("other signer", "10.1.0.0/16");
    const outcome = await run(["verify-bundle", bundle, "--key", OTHER.pub, folder]);
    expect(outcome).toMatchObject({ exitCode: 2, stdout: "" });
    expect(outcome.stderr).toContain(`${bundle}: no signature of it is by the key`);
  });
});

test.each<[what: string, args: readonly string[], message: string]>([
  ["no key", ["--bundle", at("b.json")], "--bundle: is signed: --key FILE names a private key in PEM"],
  ["nothing to sign", ["--key", SIGNER.key], "--key: signs nothing without --bundle FILE"],
  ["a public key", ["--bundle", at("b.json"), "--key", SIGNER.pub], "is no private key that can be read"],
  ["a missing key", ["--bundle", at("b.json"), "--key", at("none")], "does not exist (allowed: a private key in PEM"],
])("is refused before anything is written: %s", async (what, args, message) => {
  const page = at(`${what}.html`);
  writeFiles({ [at(`${what}/main.tf`)]: MAIN });
  const outcome = await run(["report", at(what), "--output", page, ...args]);
  expect(outcome).toMatchObject({ exitCode: 2, stdout: "" });
  expect(outcome.stderr).toContain(message);
  expect(() => readFileSync(page)).toThrow("ENOENT");
});

test("whoever checks needs no private key, and is told so", async () => {
  const { bundle } = await signed("private", "10.1.0.0/16");
  const outcome = await run(["verify-bundle", bundle, "--key", SIGNER.key]);
  expect(outcome).toMatchObject({ exitCode: 2, stdout: "" });
  expect(outcome.stderr).toContain(`${SIGNER.key}: is a private key (allowed: a public key in PEM`);
});
