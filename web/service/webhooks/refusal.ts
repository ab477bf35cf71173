/** Trying again would not help: the delivery is taken, and `onError` is told. Holds no value of a contact. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
