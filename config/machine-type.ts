/** What a type of machine has, by its cloud's documentation. */
export interface MachineType {
  /** Virtual processors. */
  readonly cpu: number;
  /** In GiB. */
  readonly memory: number;
  /** NVIDIA GPUs; on Google Cloud a pool says by itself how many each node has. */
  readonly gpus?: number;
  /** What Flyte calls these GPUs: the value of the node's accelerator label. */
  readonly accelerator?: string;
}
