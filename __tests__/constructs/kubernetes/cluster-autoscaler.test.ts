import { container, workloads } from "../../support/workloads";

test("sizes this cluster's pools only", () => {
  const stack = workloads({ name: "acme-eu" });
  const { image, command, env } = container(stack, "cluster-autoscaler", "cluster-autoscaler", "union-autoscaler");
  expect(image).toMatch(/\/k8s\/autoscaling\/cluster-autoscaler:v/);
  expect(command).toContain(
    "--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/acme-eu",
  );
  expect(env).toEqual([{ name: "AWS_REGION", value: "us-east-2" }]);
});
