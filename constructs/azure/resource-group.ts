/** Where resources are made. Azure's provider has no default tags, so the place brings them along. */
export interface ResourceGroup {
  /** Name of a resource group that is there, or is made in the same stack. */
  readonly name: string;
  /** The Azure region, e.g. `eastus2`. */
  readonly location: string;
  /** Tags on every resource in it. */
  readonly tags: Readonly<Record<string, string>>;
}
