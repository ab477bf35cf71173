/** React 19 gives custom elements their properties and listeners as it gives them to its own; no wrapper is needed. */
import "@penguinmails/crm-sync/preview";
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { mapping, records, sampleReviews } from "../sample.js";

const reviews = sampleReviews();

function App() {
  const [outcome, setOutcome] = useState("none yet");
  const [answered, setAnswered] = useState([]);
  const [mode, setMode] = useState("resolve");
  return (
    <>
      <h1>crm-sync in React</h1>
      <h2>Mapping</h2>
      <p>
        The decision: <output id="outcome">{outcome}</output>{" "}
        <button type="button" onClick={() => setMode("to_crm")}>Show what the CRM gets</button>
      </p>
      <crm-mapping-preview
        mode={mode}
        mapping={mapping}
        {...records}
        onmapping-result={({ detail }) => setOutcome(detail.outcome ?? `none: ${detail.mode}`)}
      />
      <h2>Reviews</h2>
      <ul id="answered">
        {answered.map(({ review, answer }) => (
          <li key={review.id}>{`${review.field}, ${answer.choose}`}</li>
        ))}
      </ul>
      <crm-conflict-review
        source={reviews}
        grace={2000}
        onreview-answered={({ detail }) => setAnswered((before) => [...before, detail])}
      />
    </>
  );
}

createRoot(document.querySelector("#root")).render(<App />);
