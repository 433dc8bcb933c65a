import { Construct, Fn } from "../../framework";
import { TerraformData } from "../terraform-data";

/** Hexadecimal digits that tell one generation from another. */
const DIGITS = 8;

/**
 * Which making of the deployment this is. Google keeps some names when what they name is destroyed: key rings and keys
 * for ever, roles for 37 days, log buckets for seven. Such a name ends in digits that are drawn when the deployment is
 * made, so that one that was destroyed can be made again.
 *
 * What stands keeps its name, with digits or without: whoever writes such a name tells Terraform to pass over a change
 * of it.
 */
export class Generation extends Construct {
  /** Eight hexadecimal digits, known once they are drawn. */
  readonly digits: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // Terraform's own resource, whose id is a random UUID.
    this.digits = Fn.substr(new TerraformData(this, "generation").id, 0, DIGITS);
  }
}
