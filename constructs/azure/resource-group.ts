/** Where resources are made. Azure's provider has no default tags, so the place brings them along. */
export interface ResourceGroup {
  readonly name: string;
  /** The Azure region, e.g. `eastus2`. */
  readonly location: string;
  /** Tags on every resource in it. */
  readonly tags: Readonly<Record<string, string>>;
}
