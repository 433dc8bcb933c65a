/** The script against a server on this machine: Cloudflare is not reached by tests. */
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { spawn } from "node:child_process";
import { CLOUDFLARE_FILE, type CloudflareIps } from "../../config/cloudflare-ips";
import { look, write } from "../../scripts/cloudflare";
import { Repository } from "../support/repository";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();
const FILE = at("ips.json");
const SOURCE = readFileSync(CLOUDFLARE_FILE, "utf8");
const KNOWN = JSON.parse(SOURCE) as CloudflareIps;
const TODAY = "2026-11-02";
const read = () => JSON.parse(readFileSync(FILE, "utf8")) as CloudflareIps;

/** What Cloudflare's API answers, with blocks added to those that are known. */
const answered = (etag: string, ...added: readonly string[]) =>
  JSON.stringify({
    success: true,
    result: {
      etag,
      ipv4_cidrs: [...KNOWN.published.ipv4, ...added],
      ipv6_cidrs: KNOWN.published.ipv6,
      jdcloud_cidrs: [],
    },
  });
const OTHER = "0".repeat(32);

async function refresh(): Promise<readonly string[]> {
  const outcome = await look(FILE, TODAY, url);
  write(FILE, outcome);
  return outcome.changes;
}

let answer: (response: ServerResponse) => void;
const says = (text: string) => (response: ServerResponse) => response.end(text);
const server = createServer((_request, response) => answer(response));
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4/ips`;
});
afterAll(() => server.close());
beforeEach(() => writeFiles({ [FILE]: SOURCE }));

test("of a list that is the same only the day of the look is written", async () => {
  answer = says(answered(KNOWN.etag));
  expect(await refresh()).toEqual([]);
  expect(readFileSync(FILE, "utf8")).toBe(SOURCE.replace(KNOWN.date, TODAY));
});

test("other blocks are written with their etag, and what is no part of the answer stays", async () => {
  answer = says(answered(OTHER, "8.8.8.0/24"));
  expect(await refresh()).toEqual(["added    8.8.8.0/24"]);
  expect(read()).toEqual({
    ...KNOWN,
    ...{ etag: OTHER, date: TODAY },
    published: { ...KNOWN.published, ipv4: [...KNOWN.published.ipv4, "8.8.8.0/24"] },
  });
  answer = says(answered(KNOWN.etag));
  expect(await refresh()).toEqual(["removed  8.8.8.0/24"]);
  expect(readFileSync(FILE, "utf8")).toBe(SOURCE.replace(KNOWN.date, TODAY));
});

test.each([
  ["all of IPv4", says(answered(OTHER, "0.0.0.0/0")), "'0.0.0.0/0' is wider than any block of Cloudflare's"],
  ["a private block", says(answered(OTHER, "10.0.0.0/16")), "'10.0.0.0/16' is private or reserved"],
  ["what is no block", says(answered(OTHER, "8.8.8.0/2O")), "'8.8.8.0/2O' has no valid prefix length"],
  [
    "a list without the edge",
    says(answered(OTHER).replace('"198.41.128.0/17",', "")),
    "does not lie inside the published",
  ],
  ["no etag", says(answered("x")), "etag: 'x' is not an etag of Cloudflare's"],
  ["no result", says('{"success": false, "result": null}'), "answers without a result"],
  ["another result", says('{"success": true, "result": {}}'), "answers without 'etag', 'ipv4_cidrs' and 'ipv6_cidrs'"],
  ["a page", says("<html>"), "answers with what is no JSON"],
  ["null", says("null"), "answers without a result"],
  ["too much", says(" ".repeat(2 ** 20 + 1)), "answers with 1048577 bytes (allowed: at most 1048576)"],
  ["an error", (response: ServerResponse) => response.writeHead(503).end(), "answers HTTP 503"],
  [
    "another place",
    (response: ServerResponse) => response.writeHead(302, { location: "http://127.0.0.1/" }).end(),
    "is not reachable (",
  ],
])("%s is refused, and the file stays", async (_what, arranged, message) => {
  answer = arranged;
  await expect(look(FILE, TODAY, url)).rejects.toThrow(message);
  expect(readFileSync(FILE, "utf8")).toBe(SOURCE);
});

describe("the command", () => {
  const repository = new Repository();
  repository.deploy("acme-prod");
  repository.commit("A deployment");

  /** As `npm run cloudflare` does, beside this process, which is the server. */
  async function run(...args: readonly string[]) {
    const child = spawn(process.execPath, ["--import", "tsx", "scripts/cloudflare.ts", ...args], {
      cwd: repository.folder,
      env: repository.environment(),
    });
    const said = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { code, ...said };
  }

  test("tells what new blocks open, and leaves nothing but the file", async () => {
    answer = says(answered(OTHER, "8.8.8.0/24"));
    const { code, stdout, stderr } = await run("--source", url, "--output", "body.md");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("added    8.8.8.0/24");
    expect(stdout).toMatch(/acme-prod/);
    expect(stdout.split("\n\n").slice(2).join("\n\n")).toContain("8.8.8.0/24");
    expect(stdout).not.toContain(repository.temporary);
    expect(readFileSync(repository.path("body.md"), "utf8")).toBe(stdout);
    expect(repository.leftovers()).toEqual(["M cloudflare-ips.json", "?? body.md"]);
  }, 300_000);

  test("ends with 2 and one line where the answer can't be used", async () => {
    answer = says(answered("1".repeat(32), "0.0.0.0/0"));
    const { code, stdout, stderr } = await run("--source", url);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /published\.ipv4\[15\]: '0\.0\.0\.0\/0' is wider .*\ncloudflare-ips\.json stays as it was\n$/,
    );
  });
});
