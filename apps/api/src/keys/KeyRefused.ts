import * as Data from "effect/Data"

/** Why a key or a token is refused. `Expired` and `Revoked` are only given if the secret is right. */
export class KeyRefused extends Data.TaggedError("KeyRefused")<{
  readonly reason: "Malformed" | "Unknown" | "Expired" | "Revoked"
}> {
  override get message(): string {
    return {
      Malformed: "This is neither a key nor a token. A key starts with dwell_.",
      Unknown: "This key is unknown. Ask an admin for one.",
      Expired: "This key has expired. Ask an admin for another one.",
      Revoked: "This key was revoked. Ask an admin for another one.",
    }[this.reason]
  }
}
