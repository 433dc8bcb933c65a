/** Commands that a reader of a report runs. */
import type { Output } from "../../verification/promises/deployed";
import type { Command } from "./model";

export const plain = (text: string): Command => ({ text, output: "" });

/** How to have an output printed once its stack is deployed. */
export const printing = ({ unit, name }: Output) => `npx cdktf output ${unit} (output ${name})`;
