import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyPaths } from "../../../../verification/verify";

test("rules that the default network may have let in what they say, and nothing else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "default-network-"));
  const instance = { network_interface: [{ network: "default", access_config: [{}] }] };
  try {
    await writeFile(
      join(folder, "main.tf.json"),
      JSON.stringify({ resource: { google_compute_instance: { m: instance } } }),
    );
    const { findings } = await verifyPaths([folder], { only: ["no-inbound"] });
    expect(
      findings.map(({ status, resource, counterexample }) => [
        status,
        resource,
        counterexample?.protocol,
        counterexample?.port,
      ]),
    ).toEqual([
      ["unknown", "default#default-allow-ssh", "tcp", 22],
      ["unknown", "default#default-allow-rdp", "tcp", 3389],
      ["unknown", "default#default-allow-icmp", "icmp", undefined],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
