import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Account } from "../../account/account";
import { COLLECTED, writeFolder } from "../../account/folder";
import { isUnknown } from "../../verification/model";
import { readAccounts } from "../../verification/readers/account";
import { scratchFolder } from "../support/scratch";

const scratch = scratchFolder();
const quiet = () => undefined;

const account: Account = {
  cloud: "aws",
  scope: { account: "123456789012", region: "us-east-2" },
  kinds: ["vpcs", "peerings"],
  pages: async function* () {
    yield { kind: "vpcs", records: [{ VpcId: "vpc-1" }, { VpcId: "vpc-2", DnsSupport: { notTold: "refused" } }] };
    yield { kind: "vpcs", records: [{ VpcId: "vpc-3" }] };
    await Promise.resolve();
    yield { failed: { kind: "peerings", call: "ec2:Describe", lacks: "ec2:Describe", message: "no" } };
  },
};

test("each record is a line of its kind's file, and what failed is said", async () => {
  const told: string[] = [];
  const folder = scratch("written");
  await writeFolder(folder, [account], (line) => told.push(line));
  expect(readFileSync(scratch("written/aws/vpcs.ndjson"), "utf8")).toBe(
    '{"VpcId":"vpc-1"}\n{"VpcId":"vpc-2","DnsSupport":{"notTold":"refused"}}\n{"VpcId":"vpc-3"}\n',
  );
  expect(JSON.parse(readFileSync(scratch(`written/${COLLECTED}`), "utf8"))).toMatchObject({
    accounts: [{ scope: { region: "us-east-2" }, kinds: { vpcs: 3, peerings: 0 }, failed: [{ call: "ec2:Describe" }] }],
  });
  expect(told).toEqual([
    "aws: vpcs: 2",
    "aws: vpcs: 3",
    "peerings: ec2:Describe was refused: the right ec2:Describe lacks (no)",
  ]);
});

test("it is read back, line by line; what was not told is unknown", async () => {
  const folder = scratch("read");
  await writeFolder(folder, [account], quiet);
  const resources = await readAccounts(folder);
  const records = resources.filter(({ type }) => type === "collected:aws/vpcs");
  expect(records.map(({ values, location: { line } }) => [values["VpcId"], line])).toEqual([
    ["vpc-1", 1],
    ["vpc-2", 2],
    ["vpc-3", 3],
  ]);
  expect(isUnknown(records[1]?.values["DnsSupport"])).toBe(true);
  expect(resources.find(({ type }) => type === "dataplane:not-read")?.values).toMatchObject({ matters: true });
});

const broken = async (name: string, spoil: (folder: string) => void) => {
  const folder = scratch(name);
  await writeFolder(folder, [account], quiet);
  spoil(folder);
  return expect(readAccounts(folder)).rejects;
};

test("a file that is missing, cut off or no JSON is an error that names it", async () => {
  const vpcs = (folder: string) => `${folder}/aws/vpcs.ndjson`;
  await (await broken("missing", (folder) => rmSync(vpcs(folder)))).toThrow("vpcs.ndjson: does not exist");
  await (
    await broken("cut", (folder) => writeFileSync(vpcs(folder), '{"VpcId":"vpc-1"}\n'))
  ).toThrow("vpcs.ndjson: it holds 1 records of 3");
  await (
    await broken("malformed", (folder) => writeFileSync(vpcs(folder), '{"VpcId":"vpc-1"}\n{"VpcId'))
  ).toThrow("vpcs.ndjson:2: is not valid JSON");
});

test("a folder of another format is refused", async () => {
  const rejects = await broken("format", (folder) => {
    const file = `${folder}/${COLLECTED}`;
    writeFileSync(file, readFileSync(file, "utf8").replace('"format": 1', '"format": 2'));
  });
  await rejects.toThrow(/collected\.json:2: format: /);
});
