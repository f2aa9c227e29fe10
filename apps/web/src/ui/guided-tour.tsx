import { Anchor, Tour } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { profilesQuery } from "../queries.ts";
import { useMay } from "../settings/use-may.ts";

const pages = ["/connections", "/recipes", "/recipes", "/inbox", "/jobs"];
const startButton = 'main button[aria-label^="Start "], main button[aria-label^="Stop "]';

/** A short way through the app, that ends where a job shows what it did. What it asks for is done beside it. */
export default function GuidedTour({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const portal = useSandboxPortal();
  // On a phone the navigation is folded away.
  const roomy = useMediaQuery("(min-width: 48em)", true, { getInitialValueInEffect: false });
  const at = (page: string) =>
    roomy
      ? ({ target: `nav a[href="${page}"]`, position: "right" } as const)
      : ({ target: "main h1", position: "bottom" } as const);
  return (
    <Tour
      active
      onClose={onClose}
      onStepOpen={(step) => void navigate({ href: pages[step] ?? "/recipes" })}
      labels={{ skip: "Leave the tour", close: "Done" }}
      withOverlay={false}
    >
      <Tour.Step {...at("/connections")} withOverlay title="1. Connect">
        A connection is a Zoom account that recipes may use. After npm start the sandbox is connected already;
        for the real Zoom, New connection says each step there.
      </Tour.Step>
      <Tour.Step {...at("/recipes")} withOverlay title="2. A recipe">
        When something happens in Zoom, do these steps. “Follow up a week later” is one: when a meeting has
        ended, it plans the next one and invites who was there. You make your own with New recipe.
      </Tour.Step>
      <Tour.Step target={startButton} position="bottom-end" title="3. Start it">
        Press Start. Then let a meeting end:{" "}
        {portal === undefined ? (
          "start one at Zoom, let somebody join, end it."
        ) : (
          <>
            in the{" "}
            <Anchor href={`${portal}/portal/meetings`} target="_blank" rel="noreferrer" inherit>
              sandbox’s portal
            </Anchor>{" "}
            (olivia@acme.example, password: sandbox) schedule one at the end of the page, start it, let two
            people join, end it. Then come back.
          </>
        )}
      </Tour.Step>
      <Tour.Step {...at("/inbox")} title="4. What Zoom told">
        Every event is kept here, verified, with the jobs it started. What was refused says why.
      </Tour.Step>
      <Tour.Step {...at("/jobs")} title="5. What it did">
        The job appears by itself. Open it: each step with its input and output. When one fails, it says what
        to do; mend the recipe, then rerun from the failed step.
      </Tour.Step>
    </Tour>
  );
}

/** Where the Zoom is that is not Zoom's own, by the app that connects to it. */
function useSandboxPortal(): string | undefined {
  const builder = useMay("builder");
  const { data } = useQuery({ ...profilesQuery, enabled: builder });
  const addresses = (data?.items ?? []).flatMap(({ connector, fields }) =>
    connector === "zoom" && fields["oauth_url"] ? [fields["oauth_url"]] : [],
  );
  const own = addresses.find((address) => !/(?:^|\.)zoom(?:gov)?\.(?:us|com)$/.test(hostOf(address)));
  return own && new URL(own).origin;
}

const hostOf = (address: string) => (URL.canParse(address) ? new URL(address).hostname : "zoom.us");
