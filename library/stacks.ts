/** A deployment's stacks, as `npm run synth` writes them. @module stacks */
export { addDataPlane } from "../stacks/data-planes";
export { InfrastructureStack } from "../stacks/infrastructure";
export { WorkloadsStack } from "../stacks/workloads";
