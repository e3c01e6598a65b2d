// Loaded before the program: its clock begins at the instant of DWELL_TEST_NOW, in Unix seconds, and runs on as usual.
const RealDate = Date
const later = Number(process.env.DWELL_TEST_NOW) * 1000 - RealDate.now()

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + later)
    else super(...given)
  }
  static now() {
    return RealDate.now() + later
  }
}
