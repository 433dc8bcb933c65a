import { Command } from "commander";
import { answerShares } from "../shares";
import { judgeShare } from "./apart";

/** `dataplane share`: in a process that another `dataplane` has started for shares of its work. */
export const shareCommand = (): Command => new Command("share").action(() => answerShares(judgeShare));
