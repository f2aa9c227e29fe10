import { Tour } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";

/** A short way through the app, that ends where a job shows what it did. */
export default function GuidedTour({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const pages = ["/connections", "/recipes", "/recipes", "/inbox", "/jobs"];
  return (
    <Tour
      active
      onClose={onClose}
      onStepChange={(step) => void navigate({ href: pages[step] ?? "/recipes" })}
      onStepOpen={(step) => step === 0 && void navigate({ href: "/connections" })}
      labels={{ skip: "Leave the tour", close: "Done" }}
    >
      <Tour.Step target='nav a[href="/connections"]' position="right" title="1. Connect">
        A connection is a Zoom account that recipes may use. After npm start the sandbox is connected already;
        for the real Zoom, New connection says each step there.
      </Tour.Step>
      <Tour.Step target='nav a[href="/recipes"]' position="right" title="2. A recipe">
        When something happens in Zoom, do these steps. Open “Follow up a week later” to see one, or make your
        own: choose a trigger, add steps, fill them from the data beside them.
      </Tour.Step>
      <Tour.Step target="main" position="bottom" title="3. Start it">
        Press Start. Then let something happen: in the sandbox’s portal (port 3100, Meetings) schedule a
        meeting, start it, let people join, end it.
      </Tour.Step>
      <Tour.Step target='nav a[href="/inbox"]' position="right" title="4. What Zoom told">
        Every event is kept here, verified, with the jobs it started. What was refused says why.
      </Tour.Step>
      <Tour.Step target='nav a[href="/jobs"]' position="right" title="5. What it did">
        The job appears by itself: each step with its input and output. When one fails, it says what to do;
        mend the recipe, then rerun from the failed step.
      </Tour.Step>
    </Tour>
  );
}
