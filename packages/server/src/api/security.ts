import type { FastifyHelmetOptions } from "@fastify/helmet";

/** What browsers may do with our pages: nothing that does not come from this server. */
export const contentSecurity: FastifyHelmetOptions = {
	contentSecurityPolicy: {
		useDefaults: false,
		directives: {
			defaultSrc: ["'none'"],
			scriptSrc: ["'self'"],
			// Mantine writes its variables into style elements.
			styleSrc: ["'self'", "'unsafe-inline'"],
			imgSrc: ["'self'", "data:"],
			fontSrc: ["'self'"],
			connectSrc: ["'self'"],
			frameSrc: ["'self'"],
			formAction: ["'self'"],
			baseUri: ["'none'"],
			frameAncestors: ["'none'"],
		},
	},
	// On plain HTTP (the demo) it would be ignored; behind TLS it counts.
	strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
	crossOriginEmbedderPolicy: false,
	referrerPolicy: { policy: "no-referrer" },
	xFrameOptions: { action: "deny" },
};
