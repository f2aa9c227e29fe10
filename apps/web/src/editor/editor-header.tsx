import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Menu,
  Modal,
  Stack,
  Text,
  TextInput,
  Title,
  Tooltip,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconChevronDown,
  IconDeviceFloppy,
  IconFlask,
} from "@tabler/icons-react";
import { useState } from "react";
import type { Recipe, RecipeProblem } from "../api.ts";
import { useMay } from "../settings/use-may.ts";
import { StateBadge } from "../ui/states.tsx";
import { Ago } from "../ui/time.tsx";
import { MoreMenu } from "./more-menu.tsx";
import { setValue } from "./recipe-text.ts";
import { StartControls } from "./start-controls.tsx";
import type { DraftSaving } from "./use-draft.ts";
import type { RecipeText } from "./use-recipe-text.ts";

/** The bar over a recipe: its name, whether all is saved, undo, problems, save, start. */
export function EditorHeader({
  id,
  name,
  recipe,
  text,
  saving,
  changed,
  problems,
  readOnly,
  onSave,
  onShowProblems,
  onTest,
}: {
  readonly id: string;
  readonly name: string;
  readonly recipe: Recipe | undefined;
  readonly text: RecipeText;
  readonly saving: DraftSaving;
  readonly changed: boolean;
  readonly problems: readonly RecipeProblem[];
  readonly readOnly: boolean;
  readonly onSave: (comment?: string) => Promise<boolean>;
  readonly onShowProblems: () => void;
  readonly onTest: () => void;
}) {
  const operator = useMay("operator", recipe?.folder ?? "");
  const [renaming, setRenaming] = useState(false);
  const [busy, setBusy] = useState(false);
  const [commenting, { open: openComment, close: closeComment }] = useDisclosure();
  const [comment, setComment] = useState("");
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const save = async (note?: string) => {
    setBusy(true);
    const done = await onSave(note);
    setBusy(false);
    if (done) {
      closeComment();
      setComment("");
    }
    return done;
  };
  return (
    <Group justify="space-between" gap="xs" className="editor-header">
      <Group gap="sm" style={{ flex: "1 1 260px", minWidth: 0 }}>
        {renaming && !readOnly ? (
          <TextInput
            aria-label="Name of the recipe"
            defaultValue={name}
            // It takes the place of the button that was just pressed.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            style={{ flex: 1 }}
            maxLength={200}
            onBlur={({ currentTarget }) => {
              const next = currentTarget.value.trim();
              setRenaming(false);
              if (next !== "" && next !== name) text.edit((before) => setValue(before, ["name"], next));
            }}
            onKeyDown={({ key, currentTarget }) =>
              key === "Enter" ? currentTarget.blur() : key === "Escape" && setRenaming(false)
            }
          />
        ) : (
          <Title order={1} size="h3" style={{ overflowWrap: "anywhere" }}>
            {readOnly ? (
              name
            ) : (
              <button type="button" className="rename" onClick={() => setRenaming(true)} title="Rename">
                {name}
              </button>
            )}
          </Title>
        )}
        {recipe && <StateBadge state={recipe.state} />}
        <SavingText saving={saving} changed={changed} version={recipe?.version} />
      </Group>
      <Group gap="xs">
        {!readOnly && (
          <>
            <Tooltip label="Undo (Ctrl+Z)">
              <ActionIcon
                variant="default"
                size={36}
                aria-label="Undo"
                disabled={!text.canUndo}
                onClick={text.undo}
              >
                <IconArrowBackUp size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Redo (Ctrl+Shift+Z)">
              <ActionIcon
                variant="default"
                size={36}
                aria-label="Redo"
                disabled={!text.canRedo}
                onClick={text.redo}
              >
                <IconArrowForwardUp size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </>
        )}
        {problems.length === 0 ? (
          <Badge variant="light" color="teal" tt="none" role="status">
            No problems
          </Badge>
        ) : (
          <Button variant="light" color={errors > 0 ? "red" : "orange"} onClick={onShowProblems}>
            {problems.length === 1 ? "1 problem" : `${problems.length} problems`}
          </Button>
        )}
        {!readOnly && (
          <Button variant="default" leftSection={<IconFlask size={16} aria-hidden />} onClick={onTest}>
            Test
          </Button>
        )}
        {!readOnly && (
          <Button.Group>
            <Button
              variant={recipe && !changed ? "default" : "filled"}
              leftSection={<IconDeviceFloppy size={16} aria-hidden />}
              disabled={recipe !== undefined && !changed}
              loading={busy}
              onClick={() => void save()}
            >
              {recipe ? `Save version ${recipe.version + 1}` : "Save recipe"}
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon
                  size={36}
                  variant={recipe && !changed ? "default" : "filled"}
                  aria-label="Other ways to save"
                  className="split-more"
                  disabled={recipe !== undefined && !changed}
                >
                  <IconChevronDown size={16} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={openComment}>Save with a comment …</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Button.Group>
        )}
        {recipe && operator && (
          <StartControls recipe={recipe} beforeStart={() => (changed ? save() : Promise.resolve(true))} />
        )}
        {!readOnly && (
          <MoreMenu
            id={id}
            recipe={recipe}
            changed={changed}
            onReset={(source) => (text.load(source), saving.reset(source))}
          />
        )}
      </Group>
      <Modal
        opened={commenting}
        onClose={closeComment}
        title="Save with a comment"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save(comment);
          }}
        >
          <Stack>
            <TextInput
              label="What changed"
              maxLength={500}
              value={comment}
              onChange={({ currentTarget }) => setComment(currentTarget.value)}
              data-autofocus
            />
            <Group justify="flex-end">
              <Button type="submit" loading={busy}>
                Save
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Group>
  );
}

function SavingText({
  saving: { state },
  changed,
  version,
}: {
  readonly saving: DraftSaving;
  readonly changed: boolean;
  readonly version: number | undefined;
}) {
  if (state.kind === "failed")
    return (
      <Badge color="red" variant="light" tt="none">
        Not saved: {state.error.message}
      </Badge>
    );
  if (!changed && version !== undefined)
    return (
      <Text size="xs" c="dimmed">
        Version {version}
      </Text>
    );
  return (
    <Text size="xs" c="dimmed" role="status">
      {state.kind === "conflict" ? (
        "Draft not saved"
      ) : state.kind === "saved" ? (
        <>
          Draft saved <Ago at={state.at} />
        </>
      ) : (
        "Saving the draft …"
      )}
    </Text>
  );
}
