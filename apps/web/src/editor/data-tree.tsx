import {
  Group,
  Stack,
  Text,
  TextInput,
  Tree,
  type TreeNodeData,
  UnstyledButton,
  useTree,
} from "@mantine/core";
import { IconChevronRight, IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { type DataNode, sampleText, searchNodes } from "./data-nodes.ts";

/** The data to choose from, with sample values; what is chosen goes where was written last. */
export function DataTree({
  nodes,
  onChoose,
  searchFirst = false,
}: {
  readonly nodes: readonly DataNode[];
  readonly onChoose: (path: string) => void;
  readonly searchFirst?: boolean;
}) {
  const [search, setSearch] = useState("");
  const found = useMemo(() => searchNodes(nodes, search), [nodes, search]);
  const byPath = useMemo(() => {
    const all = new Map<string, DataNode>();
    const add = (list: readonly DataNode[]) => {
      for (const one of list) {
        all.set(one.path, one);
        add(one.children);
      }
    };
    add(found);
    return all;
  }, [found]);
  const data = useMemo(() => treeData(found), [found]);
  return (
    <Stack gap="xs">
      <TextInput
        size="xs"
        aria-label="Search the data"
        placeholder="Search the data"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        data-autofocus={searchFirst || undefined}
      />
      {found.length === 0 ? (
        <Text size="sm" c="dimmed">
          No data matches “{search}”.
        </Text>
      ) : (
        <Nodes
          key={`${search === ""} ${(found[0]?.children.length ?? 0) > 0}`}
          data={data}
          byPath={byPath}
          open={search !== ""}
          onChoose={onChoose}
        />
      )}
    </Stack>
  );
}

function Nodes({
  data,
  byPath,
  open,
  onChoose,
}: {
  readonly data: TreeNodeData[];
  readonly byPath: ReadonlyMap<string, DataNode>;
  readonly open: boolean;
  readonly onChoose: (path: string) => void;
}) {
  const tree = useTree({
    initialExpandedState: open
      ? Object.fromEntries([...byPath.keys()].map((path) => [path, true]))
      : { trigger: true, "trigger.object": true },
  });
  return (
    <Tree
      data={data}
      tree={tree}
      levelOffset={14}
      expandOnClick={false}
      aria-label="Data"
      renderNode={({ node, expanded, hasChildren, elementProps, tree: controller }) => {
        const one = byPath.get(node.value);
        const sample = sampleText(one?.sample);
        return (
          <Group gap={2} wrap="nowrap" {...elementProps} className={`${elementProps.className} data-node`}>
            <UnstyledButton
              tabIndex={-1}
              aria-label={`${expanded ? "Fold" : "Unfold"} ${one?.label ?? ""}`}
              onClick={() => controller.toggleExpanded(node.value)}
              style={{ visibility: hasChildren ? "visible" : "hidden", lineHeight: 0, padding: 2 }}
            >
              <IconChevronRight
                size={14}
                aria-hidden
                style={{ transform: expanded ? "rotate(90deg)" : "none" }}
              />
            </UnstyledButton>
            <UnstyledButton
              className="data-node-name"
              // The fields that are written in keep their cursor.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(node.value)}
              title={`Insert ${node.value}`}
              aria-label={`Insert ${one?.label ?? node.value}, ${node.value}`}
            >
              <Text size="sm" truncate fw={one?.path.includes(".") ? 400 : 600}>
                {one?.label}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {sample === undefined ? one?.type : sample === "" ? "empty text" : sample}
              </Text>
            </UnstyledButton>
          </Group>
        );
      }}
    />
  );
}

function treeData(nodes: readonly DataNode[]): TreeNodeData[] {
  return nodes.map(({ path, label, children }) => ({
    ...{ value: path, label },
    ...(children.length > 0 && { children: treeData(children) }),
  }));
}
