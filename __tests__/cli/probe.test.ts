/** What `dataplane probe` runs in its pod, run here against loopback; what it tries, and what it makes of the answers. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { delimiter, join } from "node:path";
import { run } from "../../cli/index";
import { outcomesOf, SCRIPT } from "../../cli/probe-job/job";
import { targetsOf, type Target } from "../../cli/probe-job/targets";
import { loadDeployments } from "../../config/loader";
import { namespacesOfTasks } from "../../config/names";
import { freePort } from "../../scripts/stand-in/ports";
import { awsDeployment, azureDeployment, googleDeployment } from "../support/deployments";
import { EXAMPLES } from "../support/examples";
import { scratchFolder } from "../support/scratch";
import { copyOf, judge, synthesize } from "../support/tree";

beforeEach(() => (process.env["DATAPLANE_DEPLOYMENTS"] = EXAMPLES));
afterEach(() => delete process.env["DATAPLANE_DEPLOYMENTS"]);

const at = scratchFolder();

/** Connects as BusyBox's own program does, with its exit codes and words: not every machine has BusyBox. */
const connects = (held: string) => `#!${process.execPath}
const [, , ...args] = process.argv;
const url = args.find((arg) => arg.startsWith("http://"));
const [host, port] = url ? [new URL(url).hostname, new URL(url).port] : args.slice(-2);
const fail = (message) => { console.error(message); process.exit(1); };
const socket = require("node:net").connect({ host, port: Number(port), family: 4 });
socket.on("connect", () => { if (!${held}) process.exit(0); });
socket.on("close", () => process.exit(0));
socket.on("error", ({ code }) => fail(code === "ECONNREFUSED" ? "can't connect to remote host: Connection refused" : "bad address '" + host + "'"));
`;

const found = (name: string) =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync);
const busybox = process.env["BUSYBOX"] ?? found("busybox");

function programs(folder: string, of: Readonly<Record<string, string | { readonly leadsTo: string }>>): string {
  mkdirSync(at(folder));
  for (const [name, content] of Object.entries(of)) {
    const path = join(at(folder), name);
    if (typeof content === "string") writeFileSync(path, content, { mode: 0o755 });
    else symlinkSync(content.leadsTo, path);
  }
  return at(folder);
}

/** What the script leaves, run by a shell with these programs and no others. */
async function left(path: string, targets: readonly string[], shell = join(path, "sh")): Promise<string> {
  const file = at(`result-${Math.random()}`);
  const child = spawn(shell, ["-c", SCRIPT, "probe", ...targets], {
    env: { PATH: path, RESULT: file },
    stdio: "ignore",
  });
  await new Promise((resolve) => child.once("exit", resolve));
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

const kinds: readonly (readonly [string, () => string])[] = [
  [
    "programs that speak as BusyBox's",
    () =>
      programs("plain", {
        sh: { leadsTo: found("sh") ?? "" },
        timeout: { leadsTo: found("timeout") ?? "" },
        nc: connects("true"),
        wget: connects("false"),
      }),
  ],
  // Where it is at hand.
  ...(busybox === undefined
    ? []
    : [
        [
          "BusyBox",
          () =>
            programs(
              "busybox",
              Object.fromEntries(["sh", "timeout", "nc", "wget"].map((name) => [name, { leadsTo: busybox }])),
            ),
        ] as const,
      ]),
];

describe.each(kinds)("the script, by %s", (_, make) => {
  let path: string;
  const servers: Server[] = [];
  const listen = async (onConnection: (socket: Socket) => void): Promise<number> => {
    const server = createServer(onConnection);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as { readonly port: number }).port;
  };
  beforeAll(() => (path = make()));
  afterAll(() => servers.forEach((server) => server.close()));

  test("tells what is open, where nobody listens, and a name that leads nowhere", async () => {
    const closes = await listen((socket) => socket.end());
    const nobody = await freePort();
    const targets = [`127.0.0.1:${closes}`, `127.0.0.1:${nobody}`, "no-such-host.invalid:443"];
    expect(await left(path, targets)).toBe(
      [`${targets[0]} open`, `${targets[1]} refused`, `${targets[2]} unresolved`, ""].join("\n"),
    );
  });

  test("takes one who says nothing and holds the connection for open", async () => {
    const sockets: Socket[] = [];
    const holds = await listen((socket) => void sockets.push(socket));
    expect(await left(path, [`127.0.0.1:${holds}`])).toBe(`127.0.0.1:${holds} open\n`);
    for (const socket of sockets) socket.destroy();
  });
});

test("a connection that does not open within its time is closed", async () => {
  const silent = { nc: "#!/bin/sh\nexit 1\n", wget: "#!/bin/sh\nexit 143\n" };
  const path = programs("silent", {
    sh: { leadsTo: found("sh") ?? "" },
    timeout: { leadsTo: found("timeout") ?? "" },
    ...silent,
  });
  expect(await left(path, ["192.0.2.1:443"])).toBe("192.0.2.1:443 closed\n");
});

test("an image without the programs leaves nothing, and one whose program fails tells so", async () => {
  const shell = { sh: { leadsTo: found("sh") ?? "" }, timeout: { leadsTo: found("timeout") ?? "" } };
  expect(await left(programs("none", shell), ["127.0.0.1:1"])).toBe("");
  const broken = { ...shell, nc: "#!/bin/sh\nexit 126\n", wget: "#!/bin/sh\n" };
  expect(await left(programs("broken", broken), ["127.0.0.1:1"])).toBe("127.0.0.1:1 unknown\n");
});

describe("what must pass", () => {
  const must = (deployment: Parameters<typeof targetsOf>[0]) =>
    Object.fromEntries(
      targetsOf(deployment, namespacesOfTasks(deployment)[0] ?? "").map(({ name, must: so }) => [name, so === "pass"]),
    );
  const always = {
    "object store": true,
    "tunnel's edge, region 1": false,
    "tunnel's edge, region 2": false,
    "any other address": false,
    "Kubernetes API": false,
    "operator-proxy": false,
  };

  test("is what the policy requires of task pods", () => {
    const whole = { ...always, "control plane": true, "lease worker": true };
    expect(must(awsDeployment())).toEqual({ ...whole, "instance metadata": false });
    expect(must(azureDeployment())).toEqual({ ...whole, "instance metadata": false });
    // There pods find their credentials at that address, by the node's own server.
    expect(must(googleDeployment())).toEqual({ ...whole, "instance metadata": true });
  });

  test("follows `taskEgress` and what is severed", () => {
    expect(must(awsDeployment({ taskEgress: "none" }))["control plane"]).toBe(false);
    const severed = must(awsDeployment({ severed: "all" }));
    expect(severed["control plane"]).toBe(false);
    expect(severed).not.toHaveProperty("operator-proxy");
    expect(severed).not.toHaveProperty("lease worker");
  });

  test("names an address outside of what is allowed", () => {
    const hostOf = (cidrs: readonly string[]) =>
      targetsOf(awsDeployment({ egress: { controlPlaneCidrs: cidrs } }), "union").find(
        ({ name }) => name === "any other address",
      )?.host;
    const usual = hostOf([]);
    expect(usual).toBe("9.9.9.9");
    expect(hostOf(["9.9.9.9/32"])).toBe("8.8.8.8");
  });
});

test("the verdict is what came of it, and nothing that was not told", () => {
  const target = (host: string, must: Target["must"]): Target => ({ name: host, host, port: 1, must });
  const targets = [
    target("a", "pass"),
    target("b", "pass"),
    target("c", "not pass"),
    target("d", "not pass"),
    target("e", "not pass"),
    target("f", "not pass"),
    target("g", "pass"),
    target("h", "not pass"),
  ];
  const message = "a:1 open\nb:1 refused\nc:1 closed\nd:1 refused\ne:1 open\nf:1 unresolved\nh:1 whatever\n";
  expect(outcomesOf(targets, message).map(({ host, verdict }) => `${host}: ${verdict}`)).toEqual([
    "a: as it must",
    "b: not as it must",
    "c: as it must",
    "d: not as it must",
    "e: not as it must",
    "f: unknown",
    "g: unknown",
    "h: unknown",
  ]);
});

test.each(loadDeployments([EXAMPLES]).map(({ deployment: { name } }) => name))(
  "the Job for %s has no more rights than it needs",
  async (name) => {
    const { exitCode, stdout } = await run(["probe", name, "--print"]);
    expect(exitCode).toBe(0);
    const { spec } = JSON.parse(stdout);
    const pod = spec.template.spec;
    expect(pod).toMatchObject({ automountServiceAccountToken: false, restartPolicy: "Never" });
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    const [container, ...others] = pod.containers;
    expect(others).toEqual([]);
    expect(container.securityContext).toEqual({
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ["ALL"] },
    });
    expect(container).not.toHaveProperty("ports");
    expect(pod).not.toHaveProperty("volumes");
  },
);

test.each(["aws", "google", "azure"])("the Job breaks no invariant beside its deployment on %s", async (cloud) => {
  const tree = synthesize({ cloud });
  const folder = at(`${cloud}.yaml`);
  writeFileSync(
    folder,
    JSON.stringify(Object.values<{ "//": { deployment: object } }>(tree.files)[0]?.["//"].deployment),
  );
  process.env["DATAPLANE_DEPLOYMENTS"] = folder;
  const { stdout } = await run(["probe", "acme-prod", "--print"]);
  const job = JSON.parse(stdout);
  expect((await judge({ ...copyOf(tree), objects: [job] })).findings).toEqual([]);
  job.spec.template.spec.containers[0].securityContext = { privileged: true };
  expect((await judge({ ...copyOf(tree), objects: [job] })).findings).not.toEqual([]);
});

test("a namespace without tasks, and no context, are each one error", async () => {
  const asked = async (...args: string[]) => run(["probe", "acme-us-east-2", ...args]);
  expect(await asked("--namespace", "kube-system", "--context", "a")).toMatchObject({
    exitCode: 2,
    stderr: "--namespace: 'kube-system' holds no tasks (allowed: union)\n",
  });
  expect(await asked()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--context") as string });
  expect(await asked("--context", "a", "--timeout", "0")).toMatchObject({ exitCode: 2 });
});
