import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDeployments } from "../../bench/inputs";
import { loadDeployments } from "../../config/loader";

test("deployments made from an example are valid beside each other", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-inputs-"));
  try {
    writeDeployments(join(__dirname, "../../deployments/examples/aws-us-east-2.yaml"), folder, 3);
    expect(loadDeployments([folder]).map(({ deployment }) => deployment.name)).toEqual([
      "bench-1",
      "bench-2",
      "bench-3",
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
