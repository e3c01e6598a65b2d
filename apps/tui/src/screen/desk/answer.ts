/**
 * What the desk does with a question.
 *
 * Shape    one answer, or, of what goes on, one after another
 * Fails    `Trouble`, which is plain data
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Path from "@effect/platform/Path"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { agent } from "./agent.ts"
import { connect } from "./connect.ts"
import { coverage } from "./coverage.ts"
import { exported } from "./export.ts"
import { live } from "./live.ts"
import type { Answer, Asked, Question, Trouble } from "./Question.ts"
import { report, teams } from "./report.ts"
import { staffing } from "./staffing.ts"
import { troubleOf } from "./trouble.ts"
import type { World, Worlds } from "./world.ts"
import { write } from "./write.ts"

type Needs = FileSystem.FileSystem | HttpClient.HttpClient | Path.Path

/** Answers a question. */
export const answer = (worlds: Worlds) => {
  const about = <A extends Answer, E, R>(
    { place }: Pick<Asked, "place">,
    run: (world: World) => Effect.Effect<A, E, R>,
  ) => Stream.fromEffect(Effect.flatMap(worlds.open(place), run))
  const stream = (question: Question): Stream.Stream<Answer, unknown, Needs> => {
    switch (question._tag) {
      case "live":
        return Stream.unwrap(Effect.map(worlds.open(question.place), (world) => live(world, question)))
      case "teams":
        return about(question, (world) => teams(world, question))
      case "report":
        return about(question, (world) => report(world, question))
      case "staffing":
        return about(question, (world) => staffing(world, question))
      case "agent":
        return about(question, (world) => agent(world, question))
      case "coverage":
        return about(question, (world) => coverage(world, question))
      case "connect":
        return connect(worlds, question)
      case "export":
        return about(question.of, (world) => exported(world, question))
      case "write":
        return Stream.fromEffect(write(question))
    }
  }
  return (question: Question): Stream.Stream<Answer, Trouble, Needs> =>
    Stream.catchAllCause(stream(question), (cause) => Stream.fail(troubleOf(Cause.squash(cause))))
}
