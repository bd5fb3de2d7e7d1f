package workflow

import "strings"

// types are what ComfyUI's own nodes call the things that flow through inputs of a name. The API format does not say them, and
// nodes of others follow the habit.
var types = map[string]string{
	"model": "MODEL", "unet": "MODEL", "model_high_noise": "MODEL", "model_low_noise": "MODEL",
	"clip": "CLIP", "vae": "VAE", "audio_vae": "VAE",
	"positive": "CONDITIONING", "negative": "CONDITIONING", "conditioning": "CONDITIONING", "cond": "CONDITIONING",
	"conditioning_to": "CONDITIONING", "conditioning_from": "CONDITIONING",
	"samples": "LATENT", "latent": "LATENT", "latent_image": "LATENT", "latents": "LATENT", "samples_to": "LATENT", "samples_from": "LATENT",
	"image": "IMAGE", "images": "IMAGE", "pixels": "IMAGE", "start_image": "IMAGE", "end_image": "IMAGE", "frames": "IMAGE",
	"reference_image": "IMAGE", "control_image": "IMAGE", "destination": "IMAGE", "source": "IMAGE", "control_video": "IMAGE",
	"mask": "MASK", "masks": "MASK", "control_net": "CONTROL_NET", "upscale_model": "UPSCALE_MODEL",
	"clip_vision": "CLIP_VISION", "clip_vision_output": "CLIP_VISION_OUTPUT", "style_model": "STYLE_MODEL",
	"noise": "NOISE", "guider": "GUIDER", "sampler": "SAMPLER", "sigmas": "SIGMAS",
	"video": "VIDEO", "audio": "AUDIO", "mesh": "MESH", "voxel": "VOXEL", "ipadapter": "IPADAPTER", "insightface": "INSIGHTFACE",
	"text": "STRING", "prompt": "STRING", "string": "STRING", "width": "INT", "height": "INT", "seed": "INT", "noise_seed": "INT",
	"steps": "INT", "length": "INT", "cfg": "FLOAT", "fps": "FLOAT", "frame_rate": "FLOAT", "denoise": "FLOAT", "strength": "FLOAT",
}

// typeOf guesses what flows into an input by its name; "image2" and "image_2" are as "image".
func typeOf(input string) string {
	name := strings.ToLower(input)
	if t, ok := types[name]; ok {
		return t
	}
	return types[strings.TrimRight(strings.TrimRight(name, "0123456789"), "_")]
}
