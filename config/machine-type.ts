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

/** What is known of a cloud's machines. */
export interface MachineTypes {
  /** What a type has; undefined for a type that is not among those known here. */
  readonly machineType: (name: string) => MachineType | undefined;
  /** How the cloud writes its types: whatever is not so, it has not. */
  readonly form: { readonly pattern: RegExp; readonly example: string };
  /** Whether machines of a type have GPUs of NVIDIA without being asked for them. */
  readonly hasGpus: (name: string) => boolean;
}
