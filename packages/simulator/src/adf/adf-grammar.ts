const set = (...groups: readonly string[]): ReadonlySet<string> =>
	new Set(groups.flatMap((group) => group.split(" ")).filter((name) => name !== ""));

const inline = "text hardBreak mention emoji date status inlineCard placeholder mediaInline inlineExtension";
const lists = "bulletList orderedList taskList decisionList";
const media = "mediaSingle mediaGroup";
const cards = "blockCard embedCard";
const extensions = "extension bodiedExtension multiBodiedExtension syncBlock bodiedSyncBlock";
const inCell = `paragraph heading panel blockquote codeBlock rule nestedExpand ${lists} ${media} ${cards} extension`;

/** What stands directly in a document. */
export const blockContent = set(
	`paragraph heading panel blockquote codeBlock rule table expand layoutSection`,
	lists,
	media,
	cards,
	extensions,
);

/** Kinds of nodes with what each may hold; from Atlassian's published schema, structure only. */
export const nodeContent: ReadonlyMap<string, ReadonlySet<string>> = new Map(
	Object.entries({
		text: set(""),
		hardBreak: set(""),
		mention: set(""),
		emoji: set(""),
		date: set(""),
		status: set(""),
		inlineCard: set(""),
		placeholder: set(""),
		mediaInline: set(""),
		inlineExtension: set(""),
		extension: set(""),
		blockCard: set(""),
		embedCard: set(""),
		rule: set(""),
		media: set(""),
		syncBlock: set(""),
		paragraph: set(inline),
		heading: set(inline),
		caption: set(inline),
		codeBlock: set("text"),
		taskItem: set(inline),
		blockTaskItem: set("paragraph extension"),
		decisionItem: set(inline),
		taskList: set("taskItem taskList blockTaskItem"),
		decisionList: set("decisionItem"),
		bulletList: set("listItem"),
		orderedList: set("listItem"),
		listItem: set("paragraph codeBlock extension", lists, media),
		blockquote: set("paragraph codeBlock extension bulletList orderedList", media),
		panel: set("paragraph heading codeBlock rule extension", lists, media, cards),
		mediaSingle: set("media caption"),
		mediaGroup: set("media"),
		table: set("tableRow"),
		tableRow: set("tableCell tableHeader"),
		tableCell: set(inCell),
		tableHeader: set(inCell),
		expand: set(inCell, "table expand", extensions),
		nestedExpand: set("paragraph heading panel blockquote codeBlock rule", lists, media, cards),
		layoutSection: set("layoutColumn"),
		layoutColumn: set(inCell, "table expand", extensions),
		bodiedExtension: set(inCell, "table expand layoutSection extension"),
		multiBodiedExtension: set("extensionFrame"),
		extensionFrame: set(inCell, "table bodiedExtension"),
		bodiedSyncBlock: set(inCell, "table expand layoutSection"),
	}),
);

/** Kinds of marks. */
export const marks = set(
	"alignment annotation backgroundColor border breakout code dataConsumer em fontSize fragment indentation link strike strong subsup textColor typography underline",
);

type Attributes = Readonly<Record<string, unknown>>;
const text = (value: unknown): boolean => typeof value === "string";

/** Attributes that a kind of node can't do without. */
export const nodeAttributes: Readonly<Record<string, (attributes: Attributes) => boolean>> = {
	heading: ({ level }) => Number.isInteger(level) && (level as number) >= 1 && (level as number) <= 6,
	panel: ({ panelType }) => ["info", "note", "tip", "warning", "error", "success", "custom"].includes(String(panelType)),
	mention: ({ id }) => text(id),
	emoji: ({ shortName }) => text(shortName),
	date: ({ timestamp }) => text(timestamp) && timestamp !== "",
	status: ({ text: label, color }) =>
		text(label) && label !== "" && ["neutral", "purple", "blue", "red", "yellow", "green"].includes(String(color)),
	inlineCard: ({ url, data }) => text(url) || typeof data === "object",
	blockCard: ({ url, data, datasource }) => text(url) || typeof data === "object" || typeof datasource === "object",
	embedCard: ({ url }) => text(url),
	media: ({ type, id, collection, url }) =>
		type === "external" ? text(url) : ["file", "link"].includes(String(type)) && text(id) && id !== "" && text(collection),
	mediaInline: ({ id, collection }) => text(id) && id !== "" && text(collection),
	extension: ({ extensionKey, extensionType }) => text(extensionKey) && text(extensionType),
	inlineExtension: ({ extensionKey, extensionType }) => text(extensionKey) && text(extensionType),
	bodiedExtension: ({ extensionKey, extensionType }) => text(extensionKey) && text(extensionType),
	taskItem: ({ localId, state }) => text(localId) && ["TODO", "DONE"].includes(String(state)),
	decisionItem: ({ localId, state }) => text(localId) && text(state),
	taskList: ({ localId }) => text(localId),
	decisionList: ({ localId }) => text(localId),
};
