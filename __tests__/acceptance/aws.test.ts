/**
 * The infrastructure stack with real parts: Terraform and the hashicorp/aws provider deploy it to a server that speaks
 * AWS's APIs, the AWS command line runs the document's own checks, and two deployments stand beside each other.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateKey } from "../../config/names";
import { run } from "../../cli/index";
import { driftIn } from "../../scripts/drift";
import { changesIn } from "../../scripts/shown-plan";
import { checkOutboundOnly } from "../../scripts/stand-in/checks";
import { STAND_IN_ACCOUNT, StandIn } from "../../scripts/stand-in/stand-in";
import "../../verification/jest";
import type { Report } from "../../verification/verify";
import { missingTools } from "../../scripts/stand-in/tools";

const ROOT = join(__dirname, "../..");
// moto gives every cluster of a region one OIDC issuer, and an account takes an issuer once: so, two regions.
const FIRST = {
  name: "acme-first",
  file: join(ROOT, "deployments/examples/aws-us-east-2.yaml"),
  region: "us-east-2",
};
const SECOND = { name: "acme-second", file: join(ROOT, "deployments/examples/aws-us-west-2.yaml") };
const WORK = join(ROOT, ".dataplane/acceptance");
const MINUTES = 60_000;

const bucketsOf = (name: string) => ({
  metadata: `union-${name}-${STAND_IN_ACCOUNT}-metadata`,
  fastRegistration: `union-${name}-${STAND_IN_ACCOUNT}-fast-registration`,
});

let standIn: StandIn;

/**
 * A call on an object of a deployment's metadata bucket. moto heeds no condition of a denial, so that the bucket's policy
 * would deny every call: it is taken away for this one.
 */
async function onObject({ name, region }: typeof FIRST, command: string, ...args: string[]): Promise<void> {
  const at = ["--bucket", bucketsOf(name).metadata, "--region", region];
  const policy = await standIn.aws("s3api", "get-bucket-policy", ...at, "--query", "Policy");
  await standIn.aws("s3api", "delete-bucket-policy", ...at);
  await standIn.aws("s3api", command, ...at, "--key", "run/output", ...args);
  await standIn.aws("s3api", "put-bucket-policy", ...at, "--policy", String(policy));
}

test("its tools are on the machine", () => expect(missingTools()).toEqual([]));

describe("two deployments in one account", () => {
  beforeAll(async () => {
    standIn = await StandIn.start(WORK);
  }, 2 * MINUTES);

  afterAll(() => standIn.stop());

  test(
    "the first deploys",
    async () => {
      standIn.addDeployment(FIRST.file, FIRST.name);
      expect(await standIn.cdktf("deploy", FIRST.name)).toMatch(
        /Apply complete! Resources: \d{2,} added, 0 changed, 0 destroyed/,
      );
    },
    8 * MINUTES,
  );

  test(
    "it passes the document's checks",
    async () => {
      const checks = await checkOutboundOnly(standIn, standIn.addDeployment(FIRST.file, FIRST.name));
      expect(checks.length).toBeGreaterThan(8);
      expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    },
    3 * MINUTES,
  );

  test("the state that Terraform wrote proves the same", async () => {
    const folder = stateKey(standIn.addDeployment(FIRST.file, FIRST.name));
    await expect(join(folder, "infrastructure.tfstate")).toVerify();
  });

  test(
    "each check fails when what it asks for is undone",
    async () => {
      const deployment = standIn.addDeployment(FIRST.file, FIRST.name);
      const failed = async () =>
        (await checkOutboundOnly(standIn, deployment)).filter(({ passed }) => !passed).map(({ title }) => title);
      const [group] = (await standIn.aws(
        "ec2",
        "describe-security-groups",
        "--region",
        deployment.cloudRegion,
        "--filters",
        `Name=group-name,Values=${FIRST.name}-nodes`,
        "--query",
        "SecurityGroups[].GroupId",
      )) as string[];
      const rule = [
        "--region",
        deployment.cloudRegion,
        "--group-id",
        group ?? "",
        "--protocol",
        "tcp",
        "--port",
        "443",
        "--cidr",
        "0.0.0.0/0",
      ];
      await standIn.aws("ec2", "authorize-security-group-ingress", ...rule);
      await standIn.aws("ec2", "authorize-security-group-egress", ...rule);
      expect(await failed()).toEqual([
        expect.stringMatching(/^No inbound rule/),
        expect.stringMatching(/^Egress reaches Cloudflare/),
      ]);
      await standIn.aws("ec2", "revoke-security-group-ingress", ...rule);
      await standIn.aws("ec2", "revoke-security-group-egress", ...rule);
      expect(await failed()).toEqual([]);
    },
    5 * MINUTES,
  );

  test(
    "what somebody adds to a group is drift, though no plan would change it",
    async () => {
      const { cloudRegion } = standIn.addDeployment(FIRST.file, FIRST.name);
      const look = async () => driftIn(FIRST.name, standIn.output, await standIn.plan(FIRST.name));
      const told = async () => (await look()).lines.filter((line) => line.startsWith("drift: "));
      // What the stand-in can't have is missing in what is written too; else nothing is told.
      const { stdout } = await run(["verify", standIn.output, "--format", "json"]);
      const missing = (JSON.parse(stdout) as Report).findings.map(({ invariant, resource, message }) =>
        expect.stringContaining(`: ${invariant}: \`${resource}\`: ${message}`),
      );
      const before = await told();
      expect(before).toEqual(missing);
      const [group] = (await standIn.aws(
        ...["ec2", "describe-security-groups", "--region", cloudRegion],
        ...["--filters", `Name=group-name,Values=${FIRST.name}-nodes`, "--query", "SecurityGroups[].GroupId"],
      )) as string[];
      const rule = [
        ...["--region", cloudRegion, "--group-id", String(group)],
        ...["--protocol", "tcp", "--port", "22", "--cidr", "0.0.0.0/0"],
      ];
      await standIn.aws("ec2", "authorize-security-group-ingress", ...rule);
      // What Terraform would change: nothing.
      expect(changesIn(await standIn.plan(FIRST.name))).toEqual([]);
      const after = await told();
      expect(after.filter((line) => !before.includes(line))).toEqual([
        expect.stringMatching(/what stands: violated: no-inbound: .*TCP 22 from /),
      ]);
      await standIn.aws("ec2", "revoke-security-group-ingress", ...rule);
      expect(await told()).toEqual(before);
    },
    5 * MINUTES,
  );

  test(
    "the tunnel is severed and restored: its rules go, and come back, and no other does",
    async () => {
      const { cloudRegion } = standIn.addDeployment(FIRST.file, FIRST.name);
      const file = join(WORK, "deployments", `${FIRST.name}.yaml`);
      const written = readFileSync(file, "utf8");
      const ports = async () => {
        const rules = (await standIn.aws(
          ...["ec2", "describe-security-groups", "--region", cloudRegion],
          ...["--filters", `Name=group-name,Values=${FIRST.name}-nodes`],
          ...["--query", "SecurityGroups[0].IpPermissionsEgress[].[IpProtocol,FromPort]"],
        )) as readonly (readonly [string, number | null])[];
        return rules.map((rule) => rule.join(" ")).sort();
      };
      const command = async (...args: string[]) => {
        process.env["DATAPLANE_DEPLOYMENTS"] = join(WORK, "deployments");
        expect(await run(args)).toMatchObject({ exitCode: 0, stderr: "" });
        delete process.env["DATAPLANE_DEPLOYMENTS"];
      };
      const isOfTunnel = (rule: string) => rule.endsWith(" 7844");
      const before = await ports();
      expect(before.filter(isOfTunnel)).not.toEqual([]);

      await command("sever", FIRST.name, "--channel", "tunnel");
      expect(await standIn.apply(FIRST.name)).toMatch(/Apply complete! Resources: 0 added, 0 changed, 4 /);
      expect(await ports()).toEqual(before.filter((rule) => !isOfTunnel(rule)));

      await command("restore", FIRST.name);
      expect(readFileSync(file, "utf8")).toBe(written);
      expect(await standIn.apply(FIRST.name)).toMatch(/Apply complete! Resources: 4 added, 0 changed, 0 /);
      expect(await ports()).toEqual(before);
    },
    5 * MINUTES,
  );

  test(
    "sever --deploy closes the infrastructure's rules first, and says what it could not deploy; restore opens them again",
    async () => {
      const exceptions = ["required-paths", "images-reachable", "default-deny"].map((id) => ({
        ...{ id, resource: "*", reason: "The stand-in has no add-ons and no caches.", expires: "2030-01-01" },
      }));
      const { cloudRegion } = standIn.addDeployment(FIRST.file, FIRST.name, { exceptions });
      const file = join(WORK, "deployments", `${FIRST.name}.yaml`);
      const written = readFileSync(file, "utf8");
      const rulesOfTunnel = async () =>
        standIn.aws(
          ...["ec2", "describe-security-groups", "--region", cloudRegion],
          ...["--filters", `Name=group-name,Values=${FIRST.name}-nodes`],
          ...["--query", "length(SecurityGroups[0].IpPermissionsEgress[?FromPort==`7844`])"],
        );
      const before = await rulesOfTunnel();
      expect(before).toBeGreaterThan(0);

      const severed = await standIn.dataplane("sever", FIRST.name, "--channel", "tunnel", "--deploy");
      expect(severed.output).toContain(`\`${FIRST.name}\`: deployed, `);
      expect(severed.output).toContain(
        `not deployed:   npm run deploy -- ${FIRST.name} --stacks ${FIRST.name}-workloads failed; the file stays as it is`,
      );
      expect([severed.code, await rulesOfTunnel()]).toEqual([1, 0]);
      expect(readFileSync(file, "utf8")).toContain("severed");

      // The infrastructure goes first here too, since it lets more pass.
      const restored = await standIn.dataplane("restore", FIRST.name, "--deploy");
      expect(restored.output).toContain(`\`${FIRST.name}\`: deployed, `);
      expect([restored.code, await rulesOfTunnel()]).toEqual([1, before]);
      expect(readFileSync(file, "utf8")).toBe(written);
      standIn.addDeployment(FIRST.file, FIRST.name);
    },
    8 * MINUTES,
  );

  test(
    "a second look finds no change",
    async () => {
      expect(await standIn.cdktf("diff", FIRST.name)).toMatch(
        /No changes\. Your infrastructure matches the configuration/,
      );
    },
    5 * MINUTES,
  );

  test(
    "the second deploys beside it, and passes the same checks",
    async () => {
      const deployment = standIn.addDeployment(SECOND.file, SECOND.name);
      await standIn.cdktf("deploy", SECOND.name);
      expect((await checkOutboundOnly(standIn, deployment)).filter(({ passed }) => !passed)).toEqual([]);
    },
    8 * MINUTES,
  );

  test(
    "the first does not go while it has data, and nothing of it is touched",
    async () => {
      const object = join(WORK, "object");
      writeFileSync(object, "a run's output");
      await onObject(FIRST, "put-object", "--body", object);
      await expect(standIn.cdktf("destroy", FIRST.name)).rejects.toThrow("prevent_destroy");
      expect(await standIn.cdktf("diff", FIRST.name)).toMatch(/No changes\. /);
    },
    5 * MINUTES,
  );

  test(
    "its data and key are given to the customer, which changes nothing else",
    async () => {
      const { account } = standIn.addDeployment(FIRST.file, FIRST.name);
      const [keyId] = (await standIn.aws(
        ...["kms", "list-aliases", "--region", FIRST.region],
        ...["--query", `Aliases[?AliasName=='alias/union/${FIRST.name}'].TargetKeyId`],
      )) as string[];
      standIn.addDeployment(FIRST.file, FIRST.name, {
        objectStore: { existing: bucketsOf(FIRST.name) },
        encryption: { keyArn: `arn:aws:kms:${FIRST.region}:${account}:key/${keyId}` },
        deletionProtection: false,
      });
      expect(await standIn.cdktf("deploy", FIRST.name)).toMatch(
        // The key's alias.
        /Apply complete! Resources: 0 added, 0 changed, 1 destroyed/,
      );
    },
    5 * MINUTES,
  );

  test(
    "the first goes, and leaves the second untouched",
    async () => {
      expect(await standIn.cdktf("destroy", FIRST.name)).toMatch(/Destroy complete! Resources: \d{2,} destroyed/);
      const deployment = standIn.addDeployment(SECOND.file, SECOND.name);
      const clusters = await standIn.aws(
        "eks",
        "list-clusters",
        "--region",
        deployment.cloudRegion,
        "--query",
        "clusters",
      );
      expect(clusters).toEqual([SECOND.name]);
      expect(await standIn.cdktf("diff", SECOND.name)).toMatch(
        /No changes\. Your infrastructure matches the configuration/,
      );
      expect((await checkOutboundOnly(standIn, deployment)).filter(({ passed }) => !passed)).toEqual([]);
    },
    10 * MINUTES,
  );

  test(
    "the data outlives it, kept as it was",
    async () => {
      const kept = async (...args: string[]) => standIn.aws(...args, "--region", FIRST.region);
      const object = join(WORK, "object-kept");
      await onObject(FIRST, "get-object", object);
      expect(readFileSync(object, "utf8")).toBe("a run's output");
      for (const bucket of Object.values(bucketsOf(FIRST.name))) {
        const of = (command: string) => kept("s3api", command, "--bucket", bucket);
        expect(await of("get-bucket-policy")).toMatchObject({
          Policy: expect.stringContaining("aws:SecureTransport") as string,
        });
        expect(await of("get-bucket-versioning")).toMatchObject({ Status: "Enabled" });
        expect(await of("get-public-access-block")).toMatchObject({
          PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
        });
        const encryption = (await of("get-bucket-encryption")) as {
          readonly ServerSideEncryptionConfiguration: {
            readonly Rules: readonly {
              readonly ApplyServerSideEncryptionByDefault: { readonly KMSMasterKeyID: string };
            }[];
          };
        };
        const key =
          encryption.ServerSideEncryptionConfiguration.Rules[0]?.ApplyServerSideEncryptionByDefault.KMSMasterKeyID;
        expect(await kept("kms", "describe-key", "--key-id", String(key), "--query", "KeyMetadata.KeyState")).toBe(
          "Enabled",
        );
      }
    },
    3 * MINUTES,
  );
});
