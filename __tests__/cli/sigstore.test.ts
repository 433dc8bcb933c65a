/** Evidence that is signed without a key, by services on loopback that issue certificates and keep a log as Sigstore's do. */
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/index";
import { testEnvironment } from "../support/environment";
import { scratchFolder, writeFiles } from "../support/scratch";
import { identityToken, Sigstore } from "../support/sigstore";

const at = scratchFolder();
const IDENTITY = "signer@example.com";
const ISSUER = "https://issuer.example.com";
const TOKEN = identityToken({ sub: IDENTITY, iss: ISSUER });
testEnvironment({ SIGSTORE_ID_TOKEN: TOKEN, ACTIONS_ID_TOKEN_REQUEST_URL: "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "" });

const FOLDER = at("judged");
const ROOT = at("trusted_root.json");
const OTHER_ROOT = at("other_root.json");
const BUNDLE = at("bundle.json");
let sigstore: Sigstore;

const report = (bundle: string, ...further: readonly string[]) =>
  run([
    ...["report", FOLDER, "--output", at("report.html"), "--bundle", bundle, "--sigstore"],
    ...["--fulcio", sigstore.url, "--rekor", `${sigstore.url}/`, ...further],
  ]);

const check = (bundle: string, { identity = IDENTITY, issuer = ISSUER, root = ROOT } = {}, ...paths: string[]) =>
  run(["verify-bundle", bundle, "--identity", identity, "--issuer", issuer, "--trusted-root", root, ...paths]);

beforeAll(async () => {
  writeFiles({ [join(FOLDER, "main.tf")]: 'resource "aws_security_group" "nodes" {\n  vpc_id = "vpc-1"\n}\n' });
  sigstore = await new Sigstore().start();
  const other = await new Sigstore().start();
  writeFiles({ [ROOT]: sigstore.trustedRoot, [OTHER_ROOT]: other.trustedRoot });
  other.stop();
  process.env["SIGSTORE_ID_TOKEN"] = TOKEN;
  expect(await report(BUNDLE)).toMatchObject({ exitCode: 0, stderr: "" });
});
afterAll(() => {
  sigstore.stop();
});

interface Bundle {
  readonly mediaType: string;
  readonly verificationMaterial: { readonly tlogEntries: readonly object[] };
  readonly dsseEnvelope: { readonly payload: string; readonly payloadType: string };
}

const bundle = () => JSON.parse(readFileSync(BUNDLE, "utf8")) as Bundle;

test("who signs is certified and kept in the log, and any time later checked without a network", async () => {
  const asked = sigstore.asked.length;
  const checked = await check(BUNDLE, {}, FOLDER);
  expect(checked).toMatchObject({ exitCode: 0, stderr: "" });
  expect(checked.stdout).toMatch(/^signed: pass: \d+ of \d+ tests hold, on /);
  expect(checked.stdout).toContain("these are what was judged: 1 file\n");
  expect(sigstore.asked).toHaveLength(asked);
  expect(bundle().mediaType).toBe("application/vnd.dev.sigstore.bundle.v0.3+json");
  const { subject } = JSON.parse(Buffer.from(bundle().dsseEnvelope.payload, "base64").toString()) as Statement;
  expect(subject.map(({ name }) => name)).toEqual([join(FOLDER, "main.tf")]);
});

interface Statement {
  readonly subject: readonly { readonly name: string }[];
}

test("the log is given an entry that keeps the statement's digest alone", () => {
  const [entry] = sigstore.bodies.flatMap((body) => (body.includes("proposedContent") ? [JSON.parse(body)] : []));
  expect(entry).toMatchObject({ kind: "dsse", apiVersion: "0.0.1" });
});

test("a job of GitHub is signed by its own token", async () => {
  const workflow = "https://github.com/acme/network/.github/workflows/verify.yml@refs/heads/main";
  sigstore.githubToken = identityToken({ sub: workflow, iss: ISSUER });
  Object.assign(process.env, {
    SIGSTORE_ID_TOKEN: "",
    ACTIONS_ID_TOKEN_REQUEST_URL: `${sigstore.url}/token?api-version=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-job",
  });
  expect(await report(at("github.json"))).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await check(at("github.json"), { identity: workflow })).toMatchObject({ exitCode: 0, stderr: "" });
});

describe("is not to be trusted, which one line says", () => {
  const changed = (name: string, change: (bundle: Bundle) => object) => {
    writeFiles({ [at(name)]: JSON.stringify(change(bundle())) });
    return at(name);
  };
  const payload = (text: string) => Buffer.from(text).toString("base64");

  test.each<[what: string, identity: Parameters<typeof check>[1], message: string]>([
    [
      "another identity",
      { identity: "other@example.com" },
      `is signed by another identity: '${IDENTITY}' (allowed: other@example.com)`,
    ],
    ["what would fit as a pattern", { identity: ".*" }, `is signed by another identity: '${IDENTITY}' (allowed: .*)`],
    [
      "another issuer",
      { issuer: "https://other.example.com" },
      `is signed by another issuer: '${ISSUER}' (allowed: https://other.example.com)`,
    ],
    ["a root of others", { root: OTHER_ROOT }, `is not to be trusted by ${OTHER_ROOT}: `],
  ])("%s", async (_, expected, message) => {
    const outcome = await check(BUNDLE, expected);
    expect(outcome).toMatchObject({ exitCode: 2, stdout: "" });
    expect(outcome.stderr).toMatch(/^[^\n]+\n$/);
    expect(outcome.stderr).toContain(`${BUNDLE}: ${message}`);
  });

  test.each<[what: string, change: (bundle: Bundle) => object, message: string]>([
    [
      "a statement that changed",
      ({ dsseEnvelope, ...rest }) => ({ ...rest, dsseEnvelope: { ...dsseEnvelope, payload: payload("{}") } }),
      "is not to be trusted by ",
    ],
    [
      "a type that changed",
      ({ dsseEnvelope, ...rest }) => ({ ...rest, dsseEnvelope: { ...dsseEnvelope, payloadType: "text/plain" } }),
      "is not to be trusted by ",
    ],
    [
      "none in the log",
      ({ verificationMaterial, ...rest }) => ({
        ...rest,
        verificationMaterial: { ...verificationMaterial, tlogEntries: [] },
      }),
      "stands in no transparency log",
    ],
    [
      "a time that the log does not vouch for",
      ({ verificationMaterial, ...rest }) => ({
        ...rest,
        verificationMaterial: {
          ...verificationMaterial,
          tlogEntries: verificationMaterial.tlogEntries.map((entry) => ({ ...entry, integratedTime: "1" })),
        },
      }),
      "is not to be trusted by ",
    ],
    [
      "no promise of the log",
      ({ verificationMaterial, ...rest }) => ({
        ...rest,
        verificationMaterial: {
          ...verificationMaterial,
          tlogEntries: verificationMaterial.tlogEntries.map((entry) => ({ ...entry, inclusionPromise: undefined })),
        },
      }),
      "is not to be trusted by ",
    ],
    ["no bundle", () => ({ payload: "" }), "is no bundle of Sigstore: JSON with "],
  ])("%s", async (what, change, message) => {
    const file = changed(`${what}.json`, change);
    const outcome = await check(file);
    expect(outcome).toMatchObject({ exitCode: 2, stdout: "" });
    expect(outcome.stderr).toMatch(/^[^\n]+\n$/);
    expect(outcome.stderr).toContain(`${file}: ${message}`);
  });

  test("by a key, which has signed nothing of it", async () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    const key = at("none.pub");
    writeFiles({ [key]: publicKey.export({ type: "spki", format: "pem" }).toString() });
    const { exitCode, stderr } = await run(["verify-bundle", BUNDLE, "--key", key]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `${BUNDLE}: is no envelope of DSSE: JSON with payload, payloadType and signatures\n`,
    });
  });

  test("a root that is none", async () => {
    const root = at("no root.json");
    writeFiles({ [root]: '{ "tlogs": [] }' });
    const { stderr } = await check(BUNDLE, { root });
    expect(stderr).toBe(
      `${root}: is no trusted root of Sigstore (allowed: JSON with certificateAuthorities, tlogs and ctlogs, as its trusted_root.json)\n`,
    );
  });
});

describe("signs nothing, writes nothing, and one line says why", () => {
  const refused = async (what: string, further: readonly string[], message: string) => {
    const file = at(`${what}.json`);
    const outcome = await report(file, ...further);
    expect(outcome).toMatchObject({ exitCode: 2, stdout: "" });
    expect(outcome.stderr).toMatch(/^[^\n]+\n$/);
    expect(outcome.stderr).toContain(message);
    expect(() => readFileSync(file)).toThrow("ENOENT");
    return outcome.stderr;
  };

  test("without an identity", async () => {
    process.env["SIGSTORE_ID_TOKEN"] = "";
    await refused(
      "nobody",
      [],
      "SIGSTORE_ID_TOKEN: holds no identity token (allowed: one of OpenID Connect for 'sigstore'",
    );
  });

  test("with what is no token, which is not shown", async () => {
    process.env["SIGSTORE_ID_TOKEN"] = "not-a-token-but-secret";
    const stderr = await refused("no token", [], "SIGSTORE_ID_TOKEN: holds no identity token (allowed: a JWT");
    expect(stderr).not.toContain("secret");
  });

  test("with one that its issuer does not vouch for, which is not shown either", async () => {
    const token = identityToken({ sub: IDENTITY, iss: ISSUER, email: IDENTITY });
    process.env["SIGSTORE_ID_TOKEN"] = token;
    const stderr = await refused(
      "unverified",
      [],
      "invalid identity token: (not shown): JWT email not verified by issuer",
    );
    for (const part of token.split(".").slice(1)) expect(stderr).not.toContain(part);
  });

  test("where the log is not there", async () => {
    await refused("no log", ["--rekor", `${sigstore.url}/elsewhere`], "signs nothing: ");
  });

  test("where nobody answers", async () => {
    const gone = await new Sigstore().start();
    const { url } = gone;
    gone.stop();
    const stderr = await refused("gone", ["--fulcio", url], "ECONNREFUSED");
    expect(stderr).not.toContain(TOKEN);
  });

  test.each<[what: string, further: readonly string[], message: string]>([
    [
      "a service in the clear",
      ["--fulcio", "http://example.com"],
      "--fulcio: is 'http://example.com' (allowed: https://HOST",
    ],
    ["what is no address", ["--rekor", "rekor"], "--rekor: is 'rekor' (allowed: https://HOST"],
    ["two signers", ["--key", at("signer.key")], "--bundle: is signed by --key or --sigstore, not by both"],
  ])("with %s", async (what, further, message) => {
    await refused(what, further, message);
  });

  test.each<[args: readonly string[], message: string]>([
    [["--sigstore"], "--sigstore: signs nothing without --bundle FILE"],
    [["--rekor", "https://rekor.example.com"], "--rekor: signs nothing without --sigstore"],
    [["--fulcio", "https://fulcio.example.com"], "--fulcio: signs nothing without --sigstore"],
  ])("by %j alone", async (args, message) => {
    const outcome = await run(["report", FOLDER, "--output", at("alone.html"), ...args]);
    expect(outcome).toEqual({ exitCode: 2, stdout: "", stderr: `${message}\n` });
  });
});

test.each([
  [["--identity", IDENTITY]],
  [["--identity", IDENTITY, "--issuer", ISSUER]],
  [["--key", "KEY", "--identity", IDENTITY, "--issuer", ISSUER, "--trusted-root", "ROOT"]],
  [[]],
])("a signer is named by a key or in full: %j", async (args) => {
  expect(await run(["verify-bundle", BUNDLE, ...args])).toEqual({
    exitCode: 2,
    stdout: "",
    stderr:
      "verify-bundle: takes who is to have signed: --key FILE, or --identity NAME, --issuer URL and --trusted-root FILE\n",
  });
});
