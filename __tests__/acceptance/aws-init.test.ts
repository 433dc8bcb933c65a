/** `dataplane init` at a terminal, with the account, its region, zones and networks told by the stand-in for AWS. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { servicesIn } from "../../account/aws/services";
import { STAND_IN_ACCOUNT, StandIn } from "../../scripts/stand-in/stand-in";
import { testEnvironment } from "../support/environment";
import { scratchFolder } from "../support/scratch";

const ROOT = join(__dirname, "../..");
const REGION = "eu-west-1";
const scratch = scratchFolder();

let standIn: StandIn;
testEnvironment({ AWS_ENDPOINT_URL: "", AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" });
beforeAll(async () => {
  standIn = await StandIn.start(join(ROOT, ".dataplane/acceptance-init"));
});
afterAll(() => standIn.stop());

/** What a person reads and what it answers, in order; each text is waited for. */
type Steps = readonly (readonly [seen: string, keys: string])[];

const ENTER = "\r";
const DOWN = "\u001b[B";

/** Runs `dataplane init` at a pseudo terminal; what it showed, without the terminal's own signs. */
async function initAt(steps: Steps, environment: NodeJS.ProcessEnv): Promise<string> {
  const program = [join(ROOT, "__tests__/support/terminal.py"), JSON.stringify(steps)];
  const command = [process.execPath, join(ROOT, "cli/dataplane.js"), "init"];
  const { stdout } = await promisify(execFile)("python3", [...program, ...command], { env: environment });
  return stdout.replace(/\u001b\[[\d;?]*[A-Za-z]/g, "");
}

test("asks what is not known, offers what is detected, asks again where the loader refuses", async () => {
  for (const name of ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    process.env[name] = standIn.environment[name];
  const { sdk, client } = servicesIn(REGION).ec2;
  await client.send(new sdk.CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const deployments = scratch("deployments");
  mkdirSync(deployments);
  const taken = "name: acme-first\norganization: acme\ntenant: acme\nclientId: first\nregion: eu-west-1\n";
  writeFileSync(
    join(deployments, "first.yaml"),
    `${taken}cloud: aws\naccount: "${STAND_IN_ACCOUNT}"\ncloudRegion: eu-west-1\n`,
  );
  const again = (field: string): Steps[number] => [`${field}:`, ENTER];
  const further = ["network.zones", "network.nat", "taskNamespaces", "workloads", "taskEgress"].map(again);
  const shown = await initAt(
    [
      ["cloud:", ENTER],
      ["name:", `acme-first${ENTER}`],
      ["organization:", `acme${ENTER}`],
      again("tenant"),
      ["clientId:", `issued-by-union${ENTER}`],
      [`(${STAND_IN_ACCOUNT})`, ENTER],
      again("cloudRegion"),
      again("region"),
      ["(10.1.0.0/16)", ENTER],
      ...further,
      ["state:", `${DOWN}${ENTER}`],
      ["state.bucket:", `Acme_State${ENTER}`],
      ["Acme_State' is not the name of a bucket", `${"\u007f".repeat(10)}acme-state${ENTER}`],
      // The name is another deployment's: all is asked again, with what was answered.
      ["name 'acme-first' is taken by", ""],
      ["cloud:", ENTER],
      ["name:", `${"\u007f".repeat(10)}acme-second${ENTER}`],
      ...["organization", "tenant", "clientId", "account", "cloudRegion", "region", "network.cidr"].map(again),
      ...further,
      ["state:", ENTER],
    ],
    { ...standIn.environment, AWS_REGION: REGION, DATAPLANE_DEPLOYMENTS: deployments },
  );
  expect(shown).toMatch(/pass: every invariant holds.*written to .*acme-second\.yaml/);
  expect(readFileSync(join(deployments, "acme-second.yaml"), "utf8").split("\n").slice(1)).toEqual([
    "name: acme-second",
    "organization: acme",
    "tenant: acme",
    "clientId: issued-by-union",
    "cloud: aws",
    `account: "${STAND_IN_ACCOUNT}"`,
    "cloudRegion: eu-west-1",
    "region: eu-west-1",
    "network:",
    "  cidr: 10.1.0.0/16",
    "",
  ]);
});
