/** What HubSpot's errors say, without what they quote: its messages hold values of records. */

export interface HubSpotError {
  status: number;
  /** Such as VALIDATION_ERROR or CONFLICT. */
  category: string;
  /** The most telling code: of a property's error, where there is one. */
  code: string;
  /** The properties that it is about, as far as it says so. */
  fields: string[];
  /** Another record that holds the value. */
  holder: string | null;
  /** The inputs that it is about, by our trace ids or by the records' ids. */
  traces: string[];
  ids: string[];
}

/** Of a whole answer, or of one entry in the `errors` of a 207. */
export function readError(body: unknown, status: number): HubSpotError {
  const error = objectOf(body);
  const message = typeof error.message === "string" ? error.message : "";
  const context = objectOf(error.context);
  const details = [...listOf(error.errors), ...quotedList(message)].map(objectOf);
  const codes = details.flatMap((detail) => codeOf(detail.code) ?? codeOf(detail.error) ?? []);
  const fields = details.flatMap((detail) => [
    ...namesOf(objectOf(detail.context).propertyName),
    ...namesOf(detail.name),
    ...namesOf(detail.in),
  ]);
  const held = /propertyName=(\w+), value=.*\} on \d+\. (\d+) already has that value/s.exec(message);
  const existing = /Existing ID: (\d+)/.exec(message)?.[1] ?? idsOf(context.existingId)[0];
  const category = codeOf(error.category) ?? codeOf(error.errorType) ?? `HTTP_${status}`;
  return {
    status,
    category,
    code: held ? "CONFLICT_VALUE" : (codes[0] ?? codeOf(error.subCategory) ?? category),
    fields: [...new Set(held?.[1] === undefined ? fields : [held[1], ...fields])].filter((field) => field !== "body"),
    holder: held?.[2] ?? existing ?? null,
    traces: namesOf(context.objectWriteTraceId),
    ids: [...idsOf(context.ids), ...idsOf(context.id)],
  };
}

/** `Property values were not valid: [{"name": …, "error": …}]` */
function quotedList(message: string): unknown[] {
  const start = message.indexOf("[{");
  if (start < 0) return [];
  try {
    return listOf(JSON.parse(message.slice(start)));
  } catch {
    return [];
  }
}

export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** In HubSpot's contexts everything is a list of texts, and now and then a single one. */
function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((part) =>
    typeof part === "string" ? [part] : typeof part === "number" || typeof part === "bigint" ? [String(part)] : [],
  );
}

/** Names of properties and trace ids; anything that could be a value is left out. */
function namesOf(value: unknown): string[] {
  return textsOf(value).filter((name) => /^[\w-]{1,100}$/.test(name));
}

function idsOf(value: unknown): string[] {
  return textsOf(value).filter((id) => /^\d{1,20}$/.test(id));
}

function codeOf(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Z][A-Z0-9_]{1,63}$/.test(value) ? value : undefined;
}
