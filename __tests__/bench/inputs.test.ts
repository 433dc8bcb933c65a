import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDeployments } from "../../bench/inputs";
import { loadDeployments } from "../../config/loader";

test.each(["aws", "google", "azure"])("deployments made from an example on %s are valid beside each other", (cloud) => {
  const folder = mkdtempSync(join(tmpdir(), "bench-inputs-"));
  try {
    writeDeployments(join(__dirname, `../../deployments/examples/${cloud}-us-east-2.yaml`), folder, 3);
    expect(loadDeployments([folder]).map(({ deployment }) => deployment.name)).toEqual([
      "bench-1",
      "bench-2",
      "bench-3",
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
