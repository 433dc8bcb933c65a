/**
 * Changes of a data plane that stands, with real parts: the grave ones of the catalogue are planned anew and compared with
 * what is recorded, and what has to happen in a certain order is carried out.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changesOf, ruleOf } from "../../config/field-changes";
import { stateFolder } from "../../config/names";
import { ConfigError } from "../../config/loader";
import { CATALOGUE } from "../../scripts/changes/aws";
import type { CatalogueEntry } from "../../scripts/changes/catalogue";
import type { RecordedChange, Recording } from "../../scripts/changes/record";
import { Recorder } from "../../scripts/changes/record-aws";
import { standingDeployment } from "../../scripts/changes/standing";
import { missingTools } from "../../scripts/stand-in/tools";

const ROOT = join(__dirname, "../..");
const MINUTES = 60_000;
const { changes: RECORDED } = JSON.parse(readFileSync(join(ROOT, "scripts/changes/aws.json"), "utf8")) as Recording;

/** Whether rules call a change of the example as it is impossible, or say that it loses something. */
function isGrave({ standing, to }: CatalogueEntry): boolean {
  if (standing) return false;
  try {
    const [before, after] = [standingDeployment("aws"), standingDeployment("aws", to)];
    if (stateFolder(before) !== stateFolder(after)) return false;
    const rules = changesOf(before, after).map((change) => ruleOf("aws", change));
    return rules.some((rule) => rule?.effect === "impossible" || rule?.loses !== undefined);
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

const GRAVE = CATALOGUE.filter(isGrave);
const nameOf = ({ option, change }: Pick<RecordedChange, "option" | "change">) => `${option}: ${change}`;

test("its tools are on the machine", () => expect(missingTools()).toEqual([]));

describe("the example of us-east-2", () => {
  let recorder: Recorder;
  beforeAll(async () => {
    recorder = await Recorder.start(join(ROOT, ".dataplane/acceptance-changes"));
  }, 8 * MINUTES);
  afterAll(() => recorder.stop());

  test(
    "plans each grave change as it is recorded",
    async () => {
      expect(GRAVE.length).toBeGreaterThan(5);
      const now = await recorder.record(GRAVE);
      expect(now.map(nameOf)).toEqual(GRAVE.map(nameOf));
      const known = new Map(RECORDED.map((one) => [nameOf(one), one]));
      expect(now).toEqual(now.map((one) => known.get(nameOf(one))));
    },
    10 * MINUTES,
  );

  describe("comes from a narrower egress and a NAT gateway a zone", () => {
    let log: string;
    beforeAll(async () => {
      await recorder.apply({ egress: { mode: "tunnel-regions", tunnelRegions: ["us"] }, network: { nat: "per-zone" } });
      ({ log } = await recorder.apply({}));
    }, 10 * MINUTES);

    /** Where Terraform said so of the resources of a type, in the order of its log. */
    const places = (type: string, said: string): number[] =>
      log.split("\n").flatMap((line, i) => (line.startsWith(`${type}.`) && line.includes(said) ? [i] : []));

    test("without an error", () => {
      expect(log).toMatch(/Apply complete! Resources: \d+ added, \d+ changed, \d+ destroyed/);
    });

    test("NAT gateways go once routes lead elsewhere, and their addresses after them", () => {
      const changed = places("aws_route", ": Modifications complete");
      const gone = places("aws_nat_gateway", ": Destroying...");
      const released = places("aws_eip", ": Destroying...");
      expect([changed.length, gone.length, released.length]).toEqual([2, 2, 2]);
      expect(Math.max(...changed)).toBeLessThan(Math.min(...gone));
      expect(Math.min(...places("aws_nat_gateway", ": Destruction complete"))).toBeLessThan(Math.min(...released));
    });
  });
});
