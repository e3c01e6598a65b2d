/**
 * Answers a question: picks the function that does.
 *
 * Shape    one answer, or a stream of them for what changes
 * Fails    `Problem`, which is plain data
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Path from "@effect/platform/Path"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { agent } from "./answers/agent.ts"
import { connect } from "./answers/connect.ts"
import { coverage } from "./answers/coverage.ts"
import { exportAnswer } from "./answers/export.ts"
import { live } from "./answers/live.ts"
import type { WindowQuestion, Question } from "./protocol/question.ts"
import type { Answer } from "./protocol/answer.ts"
import { type Problem, problemOf } from "./protocol/problem.ts"
import { report, teams } from "./answers/report.ts"
import { staffing } from "./answers/staffing.ts"
import type { Sessions } from "./sessions.ts"
import type { AccountSession } from "./session.ts"
import { write } from "./answers/write.ts"

type Needs = FileSystem.FileSystem | HttpClient.HttpClient | Path.Path

/** Answers a question. */
export const answer = (sessions: Sessions) => {
  const about = <A extends Answer, E, R>(
    { account }: Pick<WindowQuestion, "account">,
    run: (session: AccountSession) => Effect.Effect<A, E, R>,
  ) => Stream.fromEffect(Effect.flatMap(sessions.open(account), run))
  const stream = (question: Question): Stream.Stream<Answer, unknown, Needs> => {
    switch (question._tag) {
      case "live":
        return Stream.unwrap(Effect.map(sessions.open(question.account), (session) => live(session, question)))
      case "teams":
        return about(question, (session) => teams(session, question))
      case "report":
        return about(question, (session) => report(session, question))
      case "staffing":
        return about(question, (session) => staffing(session, question))
      case "agent":
        return about(question, (session) => agent(session, question))
      case "coverage":
        return about(question, (session) => coverage(session, question))
      case "connect":
        return connect(sessions, question)
      case "export":
        return about(question.of, (session) => exportAnswer(session, question))
      case "write":
        return Stream.fromEffect(write(question))
    }
  }
  return (question: Question): Stream.Stream<Answer, Problem, Needs> =>
    Stream.catchAllCause(stream(question), (cause) => Stream.fail(problemOf(Cause.squash(cause))))
}
