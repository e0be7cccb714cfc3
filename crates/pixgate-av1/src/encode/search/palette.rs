//! Palettes of a block: some sizes are tried.

use super::Search;
use super::luma::source_of;
use crate::encode::block;
use crate::encode::context::Place;
use crate::encode::palette::{self, Cache, Clusters, Palette, Points};
use crate::encode::range_coder::Cost;
use crate::encode::settings::Effort;
use crate::encode::trial::SOURCE_STRIDE;
use crate::kernels::predict::Mode;
use crate::kernels::transform::TransformKind;
use crate::modes::{ChromaMode, Direction};

/// Memory for palettes that are looked at.
pub(super) struct Work {
    points: Points,
    /// Colours of samples.
    map: Vec<u8>,
}

impl Work {
    pub(super) fn new() -> Self {
        Self {
            points: Points::new(),
            map: Vec::new(),
        }
    }
}

impl Search {
    /// Tries palettes of luma; gives kind of transform and palette of the best whose cost is below
    /// `limit`, and has it in the best trial and in the arena then.
    pub(super) fn try_luma_palettes(
        &mut self,
        place: Place,
        limit: f32,
    ) -> Option<(TransformKind, Palette)> {
        let (n, height) = (place.size.width.samples(), place.size.height.samples());
        let mut work = std::mem::replace(&mut self.scratch.palette, Work::new());
        let source = source_of(&self.source[0], place);
        let rows = source.chunks(SOURCE_STRIDE).take(height);
        let samples = rows.flat_map(|row| row[..n].iter().map(|&sample| [sample, 0]));
        let mut found = None;
        if work.points.count(n * height, samples) {
            let mut limit = limit;
            for size in self.palette_sizes(work.points.len()) {
                let mut clusters = work.points.clusters(size);
                self.take_from_cache(&mut clusters, place, 0);
                if clusters.count < 2 {
                    continue;
                }
                if let Some((cost, kind)) =
                    self.try_luma_palette(place, &clusters, &mut work, limit)
                {
                    limit = cost;
                    found = Some((kind, palette_of(&clusters)));
                }
            }
        }
        self.scratch.palette = work;
        found
    }

    /// Sizes to be tried when there are so many different colours.
    fn palette_sizes(&self, distinct: usize) -> impl Iterator<Item = usize> + use<> {
        let most = distinct.min(palette::MOST);
        let all: &[usize] = match self.parameters.effort {
            Effort::Quick => &[8],
            Effort::Usual => &[8, 4, 2],
            Effort::Thorough => &[8, 7, 6, 5, 4, 3, 2],
        };
        let fewer = all.iter().copied().filter(move |&size| size < most);
        std::iter::once(most).chain(fewer)
    }

    /// Colours that are nearly those of neighbours become those of neighbours.
    fn take_from_cache(&self, clusters: &mut Clusters, place: Place, kind: usize) {
        let cache = Cache::new(&self.edges, place, kind);
        let near = 1 << (self.parameters.bit_depth - 8);
        for color in &mut clusters.colors[..clusters.count] {
            let nearest = cache
                .as_slice()
                .iter()
                .min_by_key(|other| other.abs_diff(color[0]));
            if let Some(&nearest) = nearest
                && nearest.abs_diff(color[0]) <= near
            {
                color[0] = nearest;
            }
        }
        clusters.sort();
    }

    fn try_luma_palette(
        &mut self,
        place: Place,
        clusters: &Clusters,
        work: &mut Work,
        limit: f32,
    ) -> Option<(f32, TransformKind)> {
        let (n, height) = (place.size.width.samples(), place.size.height.samples());
        let source = source_of(&self.source[0], place);
        let rows = source.chunks(SOURCE_STRIDE).take(height);
        work.map.clear();
        let mut last = (u16::MAX, 0);
        for &sample in rows.flat_map(|row| &row[..n]) {
            if sample != last.0 {
                last = (sample, clusters.nearest([sample, 0]).to_le_bytes()[0]);
            }
            work.map.push(last.1);
        }
        for (to, &color) in self.scratch.prediction.iter_mut().zip(&work.map) {
            *to = clusters.colors[usize::from(color)][0];
        }
        let palette = palette_of(clusters);
        let mut cost = Cost::default();
        block::code_luma(
            &mut cost,
            &mut self.model,
            &self.edges,
            place,
            Direction::DC,
        );
        self.luma_palette_bits_of(&mut cost, place, &palette, &work.map);
        let cost = self.weigh(&cost);
        if cost >= limit {
            return None;
        }
        let found = self.try_kinds(place, Mode::Dc, cost, limit)?;
        self.arena
            .map_mut(0, place.size, place)
            .copy_from_slice(&work.map);
        Some(found)
    }

    /// Adds what a palette of luma costs whose map is in the arena.
    pub(super) fn luma_palette_bits(&mut self, cost: &mut Cost, place: Place, palette: &Palette) {
        let map = if palette.size > 0 {
            self.arena.map(0, place.size, place)
        } else {
            &[]
        };
        let model = &mut self.model.palettes;
        let bit_depth = self.parameters.bit_depth;
        palette::code_luma(cost, model, &self.edges, place, palette, bit_depth);
        if palette.size > 0 {
            palette::code_map(
                cost,
                model,
                0,
                (map, place.size.width.samples()),
                palette.len(),
            );
        }
    }

    fn luma_palette_bits_of(
        &mut self,
        cost: &mut Cost,
        place: Place,
        palette: &Palette,
        map: &[u8],
    ) {
        let model = &mut self.model.palettes;
        let bit_depth = self.parameters.bit_depth;
        palette::code_luma(cost, model, &self.edges, place, palette, bit_depth);
        palette::code_map(
            cost,
            model,
            0,
            (map, place.size.width.samples()),
            palette.len(),
        );
    }

    /// Tries a palette of chroma; if it costs less than `limit` its cost is given, and it is what the
    /// arena and the windows have then.
    ///
    /// - `luma`, `place`: the block in the planes of luma and of chroma.
    pub(super) fn try_chroma_palette(
        &mut self,
        luma: Place,
        place: Place,
        limit: f32,
    ) -> Option<f32> {
        let (n, height) = (place.size.width.samples(), place.size.height.samples());
        let mut work = std::mem::replace(&mut self.scratch.palette, Work::new());
        let [_, cb, cr] = &*self.source;
        let pairs = || {
            let rows = source_of(cb, place)
                .chunks(SOURCE_STRIDE)
                .zip(source_of(cr, place).chunks(SOURCE_STRIDE));
            rows.take(height)
                .flat_map(|(cb, cr)| cb[..n].iter().zip(&cr[..n]).map(|(&cb, &cr)| [cb, cr]))
        };
        let mut found = None;
        if work.points.count(n * height, pairs()) {
            let clusters = work.points.clusters(palette::MOST);
            if clusters.count >= 2 {
                work.map.clear();
                work.map
                    .extend(pairs().map(|pair| clusters.nearest(pair).to_le_bytes()[0]));
                found = self.take_chroma_palette(luma, place, &clusters, &work.map, limit);
            }
        }
        self.scratch.palette = work;
        found
    }

    fn take_chroma_palette(
        &mut self,
        luma: Place,
        place: Place,
        clusters: &Clusters,
        map: &[u8],
        limit: f32,
    ) -> Option<f32> {
        let palette = palette_of(clusters);
        let mode = ChromaMode::Around(Direction::DC);
        let palettes = [self.arena.block(luma).palettes[0], palette];
        let mut bits = self.chroma_mode_bits(luma, mode);
        let model = &mut self.model.palettes;
        let bit_depth = self.parameters.bit_depth;
        palette::code_chroma(&mut bits, model, &self.edges, luma, &palettes, bit_depth);
        palette::code_map(
            &mut bits,
            model,
            1,
            (map, place.size.width.samples()),
            palette.len(),
        );
        let mut cost = self.weigh(&bits);
        for plane in [1, 2] {
            if cost >= limit {
                return None;
            }
            let colors = palette.of(plane);
            for (to, &color) in self.scratch.other.prediction.iter_mut().zip(map) {
                *to = colors[usize::from(color)];
            }
            cost += self.code_predicted(luma, place, plane, TransformKind::DctDct);
        }
        if cost >= limit {
            return None;
        }
        self.arena.map_mut(1, luma.size, place).copy_from_slice(map);
        let block = self.arena.block_mut(luma);
        block.chroma = mode;
        block.palettes[1] = palette;
        Some(cost)
    }
}

fn palette_of(clusters: &Clusters) -> Palette {
    let mut palette = Palette::NONE;
    palette.size = clusters.count.to_le_bytes()[0];
    for (at, color) in clusters.as_slice().iter().enumerate() {
        palette.colors[0][at] = color[0];
        palette.colors[1][at] = color[1];
    }
    palette
}
