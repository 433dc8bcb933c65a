import type { Resource, Unjudged } from "../model";

/** Resources that change who can reach whom and can't be judged, as a cloud's files come upon them. */
export class UnjudgedResources {
  readonly all: Unjudged[] = [];

  leave({ address, location }: Resource, reason: string): void {
    this.all.push({ resource: address, location, reason });
  }
}
