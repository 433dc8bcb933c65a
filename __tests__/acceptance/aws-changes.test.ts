/**
 * Changes of a data plane that stands, with real parts: the grave ones of the catalogue are planned anew and compared with
 * what is recorded, and what has to happen in a certain order is carried out.
 */
import { join } from "node:path";
import { changesOf, ruleOf } from "../../config/field-changes";
import { CATALOGUE } from "../../scripts/changes/aws";
import type { CatalogueEntry } from "../../scripts/changes/entry";
import { recordingOf, type RecordedChange } from "../../scripts/changes/record";
import { Recorder } from "../../scripts/changes/record-aws";
import { changedDeployments } from "../../scripts/changes/standing";
import { missingTools } from "../../scripts/stand-in/tools";
import { orderOfPlan } from "../../verification/diff/plan-order";

const ROOT = join(__dirname, "../..");
const MINUTES = 60_000;
const { changes: RECORDED } = recordingOf("aws");

/** Whether rules call a change of the example as it is impossible, or say that it loses something. */
function isGrave(entry: CatalogueEntry): boolean {
  const both = entry.standing ? undefined : changedDeployments("aws", entry);
  const rules = both ? changesOf(...both).map((change) => ruleOf("aws", change)) : [];
  return rules.some((rule) => rule?.effect === "impossible" || rule?.loses !== undefined);
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
    let there: unknown;
    let back: unknown;
    let log: string;
    beforeAll(async () => {
      const narrower = { egress: { mode: "tunnel-regions", tunnelRegions: ["us"] }, network: { nat: "per-zone" } };
      ({ plan: there } = await recorder.apply(narrower));
      ({ plan: back, log } = await recorder.apply({}));
    }, 10 * MINUTES);

    /** Where Terraform said so of resources of a zone, in the order of its log. */
    const places = (type: string, zone: string, said: string): number[] =>
      log
        .split("\n")
        .flatMap((line, i) => (line.startsWith(`${type}.`) && line.includes(zone) && line.includes(said) ? [i] : []));

    test("without an error", () => {
      expect(log).toMatch(/Apply complete! Resources: \d+ added, \d+ changed, \d+ destroyed/);
    });

    const typesOf = (addresses: readonly string[]) => new Set(addresses.map((address) => address.split(".")[0]));
    const typesOfMoves = (moves: readonly { readonly address: string }[]) =>
      typesOf(moves.map(({ address }) => address));

    test("what it takes from the workloads and gives them is told of the real plans", () => {
      const [to, from] = [orderOfPlan(there), orderOfPlan(back)];
      expect(typesOfMoves(to.both)).toEqual(new Set(["aws_vpc_security_group_egress_rule"]));
      expect(typesOf(to.early)).not.toContain("aws_vpc_security_group_egress_rule");
      expect(typesOfMoves(to.widens)).toContain("aws_nat_gateway");
      expect(typesOfMoves(from.narrows)).toContain("aws_nat_gateway");
      expect(typesOf(from.early)).toEqual(new Set(["aws_route"]));
    });

    test.each(["us-east-2b", "us-east-2c"])(
      "the NAT gateway of %s goes once its route leads elsewhere, and its address after it",
      (zone) => {
        const [changed, ...others] = places("aws_route", zone, ": Modifications complete");
        const [goes] = places("aws_nat_gateway", zone, ": Destroying...");
        const [gone] = places("aws_nat_gateway", zone, ": Destruction complete");
        const [released] = places("aws_eip", zone, ": Destroying...");
        expect(others).toEqual([]);
        expect([changed, goes, gone, released]).toEqual([changed, goes, gone, released].sort((a = 0, b = 0) => a - b));
        expect(released).toBeGreaterThan(0);
      },
    );
  });
});
