import { Command } from "commander";
import { answerShare } from "../shares";
import { judgeShare } from "./apart";

/** `dataplane share`: in a process that another `dataplane` has started for a share of its work. */
export const shareCommand = (): Command => new Command("share").action(() => answerShare(judgeShare));
