import {
	type PublicKeyCredentialCreationOptionsJSON,
	type PublicKeyCredentialRequestOptionsJSON,
	startAuthentication,
	startRegistration,
} from "@simplewebauthn/browser";
import type { Client, Me, Passkey, PasskeyAnswer } from "@skyeworx/contract";

/** Signs in with whichever passkey the browser offers. @throws what the browser says when the person stops */
export async function signInWithPasskey(client: Client): Promise<Me> {
	const { options } = await client.startPasskeySignIn();
	const answer = await startAuthentication({ optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON });
	return await client.finishPasskeySignIn({ body: answerOf(answer) });
}

/** Makes a passkey of the one who is signed in. @throws what the browser says when the person stops */
export async function makePasskey(client: Client, name: string): Promise<Passkey> {
	const { options } = await client.startPasskey();
	const answer = await startRegistration({ optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON });
	return await client.createPasskey({ body: { name, answer: answerOf(answer) } });
}

interface Answered {
	readonly id: string;
	readonly rawId: string;
	readonly response: object;
	readonly clientExtensionResults: object;
}

function answerOf({ id, rawId, response, clientExtensionResults }: Answered): PasskeyAnswer {
	return {
		id,
		rawId,
		type: "public-key",
		response: { ...response },
		clientExtensionResults: { ...clientExtensionResults },
	};
}
