/** AWS's services on loopback: each action of each has the answer that a test gives it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Asking } from "../../account/aws/kind";
import { KINDS } from "../../account/aws/index";
import { servicesIn } from "../../account/aws/services";
import { keeper } from "../../account/kept";
import { Loopback } from "./loopback";

/** An answer with a status of its own; of a proxy it is without the id that AWS gives each request. */
class Told {
  constructor(
    readonly status: number,
    readonly body: object | string,
    readonly isOfAws = true,
  ) {}
}

class InTurn {
  constructor(readonly answers: readonly AwsAnswer[]) {}
}

export const refusedWith = (status: number, body: object | string) => new Told(status, body);
export const ofProxy = (body: string) => new Told(200, body, false);
/** One after the other, the last again and again. */
export const inTurn = (...answers: readonly AwsAnswer[]) => new InTurn(answers);

/** An object is JSON, a text is what it is; a number is the status of a refusal; undefined: the connection breaks. */
export type AwsAnswer = object | string | number | undefined;

/** By action, or by path where a service has none. */
export type AwsAnswers = Readonly<Record<string, AwsAnswer>>;

const REFUSAL = { __type: "AccessDeniedException", message: "You may not." };

export class AwsService extends Loopback {
  static readonly ELSEWHERE = {
    ...{ AWS_ENDPOINT_URL: "", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_MAX_ATTEMPTS: "1" },
  };

  answers: AwsAnswers = {};
  /** Regions that calls were signed for. */
  readonly signedFor: string[] = [];
  private readonly asked = new Map<string, number>();

  protected async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    this.signedFor.push(/\/(\w+-\w+-\d)\//.exec(String(request.headers.authorization))?.[1] ?? "");
    const [path = ""] = (request.url ?? "").split("?");
    const [, action = path] =
      /^Action=(\w+)/.exec(text) ?? /\.(\w+)$/.exec(String(request.headers["x-amz-target"])) ?? [];
    const answer = this.answerTo(action);
    if (answer === undefined) {
      request.socket.destroy();
      return;
    }
    const { status, body, isOfAws } = toldAs(answer);
    response.writeHead(status, {
      "content-type": typeof body === "string" ? "text/xml" : "application/x-amz-json-1.1",
      ...(isOfAws && { "x-amzn-requestid": "1" }),
    });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  }

  private answerTo(action: string): AwsAnswer {
    const answer = action in this.answers ? this.answers[action] : {};
    if (!(answer instanceof InTurn)) return answer;
    const turn = this.asked.get(action) ?? 0;
    this.asked.set(action, turn + 1);
    return answer.answers[Math.min(turn, answer.answers.length - 1)];
  }

  /** What is collected of a kind by these answers, and a line for each call that fails. */
  async collected(name: string, answers: AwsAnswers) {
    this.answers = answers;
    const kind = KINDS.find((one) => one.name === name);
    if (!kind) throw new Error(name);
    const ask = new Asking(name);
    const records: unknown[] = [];
    for await (const page of kind.answers(servicesIn("eu-west-1"), ask)) records.push(...page.map(keeper(kind.fields)));
    return { records, failed: ask.failed };
  }
}

function toldAs(answer: object | string | number): Told {
  if (answer instanceof Told) return answer;
  return typeof answer === "number" ? new Told(answer, REFUSAL) : new Told(200, answer);
}
