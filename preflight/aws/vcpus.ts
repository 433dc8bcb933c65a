/** Processors of the node groups at their largest, by the quota that they count against. */
import { once, unknown, type Answer } from "../check";
import { asked, isOwn, listedOnce, type Looking } from "./ask";
import { nodeGroups } from "./node-groups";
import { vcpuQuota } from "./vcpu-quotas";

/** A quota by its service and code, as `aws service-quotas list-service-quotas` lists it. */
export type Quota = readonly [service: string, code: string];

interface Vcpus {
  readonly about: string;
  /** How many are needed, and how many others have running; or why that can't be told. */
  readonly needed: () => Promise<
    Answer | { readonly quota: Quota; readonly needed: number; readonly others: () => Promise<number> }
  >;
}

export function vcpus(looking: Looking): readonly Vcpus[] {
  const { deployment, stacks, services } = looking;
  const groups = nodeGroups(stacks);
  const { ec2 } = services;
  const running = listedOnce(
    "ec2:DescribeInstances",
    () =>
      ec2.sdk.paginateDescribeInstances(ec2, {
        Filters: [{ Name: "instance-state-name", Values: ["pending", "running"] }],
      }),
    ({ Reservations = [] }) => Reservations.flatMap(({ Instances = [] }) => Instances),
  );
  const sizes = once(async () => {
    const types = new Set([...groups.flatMap((group) => group.types), ...(await running()).map(typeOf)]);
    const told = new Map<string, number>();
    // A call takes a hundred names.
    for (const some of chunks([...types], 100)) {
      const call = ec2.client.send(new ec2.sdk.DescribeInstanceTypesCommand({ InstanceTypes: some as never[] }));
      const { InstanceTypes = [] } = await asked("ec2:DescribeInstanceTypes", call);
      for (const { InstanceType = "", VCpuInfo } of InstanceTypes)
        told.set(InstanceType, VCpuInfo?.DefaultVCpus ?? NaN);
    }
    return told;
  });
  const largest = (types: readonly string[], told: ReadonlyMap<string, number>) =>
    Math.max(...types.map((type) => told.get(type) ?? NaN));

  const quotas = new Map<string, { name: string; groups: typeof groups }>();
  for (const group of groups) {
    for (const type of group.types.slice(0, 1)) {
      const quota = vcpuQuota(type, group.isSpot) ?? { code: "", name: `vCPUs of ${type}` };
      const before = quotas.get(quota.code)?.groups ?? [];
      quotas.set(quota.code, { name: quota.name, groups: [...before, group] });
    }
  }
  return [...quotas].map(([code, { name, groups: counted }]) => ({
    about: name,
    needed: async () => {
      if (code === "") return unknown("their quota is not known here", "compare with the account's quotas by hand");
      const told = await sizes();
      const needed = counted.reduce((sum, { types, most }) => sum + largest(types, told) * most, 0);
      if (Number.isNaN(needed)) return unknown("the region tells no size of a machine type", "see 'machines'");
      return {
        quota: ["ec2", code],
        needed,
        others: async () =>
          (await running())
            .filter((one) => !isOwn(deployment, one.Tags))
            .filter((one) => vcpuQuota(typeOf(one), one.InstanceLifecycle === "spot")?.code === code)
            .reduce((sum, one) => sum + (told.get(typeOf(one)) ?? 0), 0),
      };
    },
  }));
}

const typeOf = ({ InstanceType = "" }: { readonly InstanceType?: string | undefined }) => InstanceType;

function* chunks<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
