import { CLOUDS } from "../../config/deployment";
import { allocatable, machineType } from "../../config/machine-types";

test.each([
  ["aws", "m6i.2xlarge", 8, 32, undefined, undefined],
  ["aws", "m7g.large", 2, 8, undefined, undefined],
  ["aws", "c6i.9xlarge", 36, 72, undefined, undefined],
  ["aws", "r7iz.medium", 1, 8, undefined, undefined],
  ["aws", "g5.2xlarge", 8, 32, 1, "nvidia-a10g"],
  ["aws", "g6e.48xlarge", 192, 1536, 8, "nvidia-l40s"],
  ["aws", "g5g.16xlarge", 64, 128, 2, "nvidia-t4g"],
  ["aws", "p4d.24xlarge", 96, 1152, 8, "nvidia-tesla-a100"],
  ["aws", "p5.4xlarge", 16, 256, 1, "nvidia-h100"],
  ["google", "n2-standard-8", 8, 32, undefined, undefined],
  ["google", "n1-highmem-4", 4, 26, undefined, undefined],
  ["google", "e2-highcpu-16", 16, 16, undefined, undefined],
  ["google", "n2-highmem-128", 128, 864, undefined, undefined],
  ["google", "a2-ultragpu-2g", 24, 340, undefined, undefined],
  ["azure", "Standard_D8ds_v5", 8, 32, undefined, undefined],
  ["azure", "Standard_D16als_v6", 16, 32, undefined, undefined],
  ["azure", "Standard_E16s_v5", 16, 128, undefined, undefined],
  ["azure", "Standard_F8s_v2", 8, 16, undefined, undefined],
  ["azure", "Standard_NC24ads_A100_v4", 24, 220, 1, "nvidia-a100-80gb"],
] as const)("%s: %s has %d processors and %d GiB", (cloud, name, cpu, memory, gpus, accelerator) => {
  expect({ gpus: undefined, accelerator: undefined, ...machineType(cloud, name) }).toEqual({
    cpu,
    memory,
    gpus,
    accelerator,
  });
});

test.each([
  ["aws", ["u7i-12tb.224xlarge", "t3.large", "m6i.metal", "m6i", "c5n.xlarge"]],
  ["google", ["z3-highmem-8-highlssd", "e2-custom-4-8192", "c4-standard-8", "a2-highgpu", "e2-medium"]],
  ["azure", ["Standard_E64s_v5", "Standard_D64ps_v5", "Standard_D4", "Standard_M64", "standard_d4s_v5"]],
] as const)("%s: sizes of others are not made up", (cloud, names) => {
  expect(names.filter((name) => machineType(cloud, name))).toEqual([]);
});

test("names of objects' own properties are no types", () => {
  expect(CLOUDS.map((cloud) => machineType(cloud, "constructor"))).toEqual([undefined, undefined, undefined]);
});

test("pods get less than the machine has, and each GPU", () => {
  expect(allocatable({ cpu: 4, memory: 16, gpus: 1 })).toEqual({ cpu: 3860, memory: 12188, gpus: 1 });
  expect(allocatable({ cpu: 64, memory: 256 })).toEqual({ cpu: 63260, memory: 256894, gpus: 0 });
});
